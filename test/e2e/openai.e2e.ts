import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { loadConfig } from '#config';
import type { CallPage } from '#usage';

import { runRoles } from '../../apps/run.js';
import { OpenAiServer, type Misbehaviour } from '../openai/index.js';
import { eventually } from './eventually.js';
import type { IngestionSeen } from './penstock-api.js';
import { aNamespace, stackEnvironment, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { runPenstock } from './run-penstock.js';
import { StoreViews } from './store-views.js';

const model = 'openai/gpt-4.1-mini';
/** Roles that start anew join their groups again, one after the other. */
const withinMs = 240_000;
const { partitions } = loadConfig(stackEnvironment());
let server: OpenAiServer;
let stores: StoreViews;
let penstock: PenstockUnderTest;

beforeAll(async () => {
  server = await OpenAiServer.start();
  stores = new StoreViews();
  // Vectors stay hashed, since the collections of this stack are.
  penstock = await startPenstock({
    ...{ extractionProvider: 'openai', openAiApiKey: server.key, openAiBaseUrl: server.baseUrl, openAiCallsMax: 2 },
    writeDeadlineMs: 2_000,
  });
}, withinMs);

afterEach(() => {
  server.next.length = 0;
  server.delayMs = 0;
});

afterAll(async () => {
  await penstock.stop();
  await stores.close();
  await server.close();
  expect(penstock.fatal).toEqual([]);
}, withinMs);

async function ingested(namespace: string, documentId: string, text: string): Promise<IngestionSeen> {
  const { ingestionId } = await penstock.api.inline(namespace, documentId, text);
  return penstock.api.outcome(ingestionId, withinMs);
}

/** Passages of a namespace that were paid for; each names it. */
const passagesOf = (namespace: string): string[] =>
  server.chats.map(({ passage }) => passage).filter((passage) => passage.includes(namespace));

/** Calls about names in doubt that stand in documents of a namespace; each names it. */
const doubtsOf = (namespace: string): unknown[] =>
  server.chats.filter(({ data }) => JSON.stringify(data['names'] ?? '').includes(namespace));

/** What a chat model says that finds these names where they stand. */
function finding(type: string, ...names: string[]): (passage: string) => unknown {
  return (passage) => ({
    entities: names
      .filter((name) => passage.includes(name))
      .map((name) => ({ name, type, aliases: [], summary: null })),
    facts: [],
  });
}

async function namesSeen(namespace: string): Promise<unknown> {
  const live = 'SELECT name, aliases FROM penstock.live_entities WHERE namespace = $1 ORDER BY name';
  const graph = 'MATCH (n:Entity {group_id: $namespace}) RETURN n.name AS name, n.aliases AS aliases ORDER BY name';
  return { rows: await stores.sql(live, [namespace]), nodes: await stores.cypher(graph, { namespace }) };
}

async function retracted(namespace: string, documentId: string): Promise<void> {
  const { ingestionId } = await penstock.api.retract(namespace, documentId);
  await penstock.api.outcome(ingestionId, withinMs);
}

/** Why calls of a namespace wait. */
async function waitsOf(namespace: string): Promise<unknown[]> {
  const { body } = await penstock.api.ask('GET', `/v1/usage?namespace=${namespace}`);
  return (body['waiting'] as { reason: string }[]).map(({ reason }) => reason);
}

async function callsOf(query: Record<string, string>): Promise<CallPage> {
  const { body } = await penstock.api.ask('GET', `/v1/usage/calls?${new URLSearchParams(query)}`);
  return body as unknown as CallPage;
}

/** A document that waits for a model, as the API shows it. */
function waitingFor(reason: string): object {
  const waiting = { reason, message: expect.any(String), since: expect.any(String) };
  return { status: 'parsed', error: null, waiting };
}

async function setBudgets(namespace: string, ...budgets: string[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await penstock.api.ask('PUT', `/v1/budgets/${namespace}`, { headers, body: JSON.stringify({ budgets }) });
}

async function parkedOf(namespace: string): Promise<number> {
  const rows = await stores.sql('SELECT FROM penstock.parked_events WHERE namespace = $1', [namespace]);
  return rows.length;
}

/** Uses up the budget of a namespace, and submits a note that there is no money for. @returns its ingestion, parked. */
async function parkedNote(namespace: string): Promise<string> {
  await setBudgets(namespace, '1tokens/day');
  await ingested(namespace, 'known', `${namespace} first`);
  const { ingestionId } = await penstock.api.inline(namespace, 'note', `${namespace} second`);
  await eventually('it to be parked', async () => (await parkedOf(namespace)) === 1 || undefined, withinMs);
  return ingestionId;
}

/** Whether each store has said that it holds nothing of an ingestion, so that its bytes are let go. */
async function isUndone(ingestionId: string): Promise<true | undefined> {
  const { stores: states } = await penstock.api.ingestion(ingestionId);
  return Object.values(states).every((state) => ['retracted', 'rolled_back'].includes(state)) || undefined;
}

const liveOf = (namespace: string): Promise<unknown[]> =>
  stores.sql('SELECT document_id FROM penstock.live_documents WHERE namespace = $1', [namespace]);

describe('a chat model that is paid for', () => {
  it(
    'makes a document live, says what it cost, and is not asked again for the same text in another',
    async () => {
      const namespace = aNamespace('paid');
      const text = `${namespace}: Globex Corporation works with Initech Industries.`;

      const first = await ingested(namespace, 'one', text);
      const second = await ingested(namespace, 'two', text);

      expect([first.status, second.status]).toEqual(['live', 'live']);
      expect(passagesOf(namespace)).toEqual([text]);
      const { prompt = 0, completion = 0 } = first.tokens[model] ?? {};
      expect(prompt).toBeGreaterThan(100);
      expect(first.cost).toEqual({ calls: 1, usd: expect.closeTo((prompt * 0.4 + completion * 1.6) / 1e6, 10) });
      expect(second).toMatchObject({ tokens: { [model]: { prompt: 0, completion: 0 } }, cost: { calls: 0, usd: 0 } });
      expect(second.models).toEqual(first.models);
      expect(first.models.extraction).toEqual([{ model, version: expect.any(String) }]);
      const facts = await stores.sql('SELECT relation FROM penstock.live_facts WHERE namespace = $1', [namespace]);
      expect(facts[0]).toEqual({ relation: 'WORKS_WITH' });
    },
    withinMs,
  );

  it(
    'is asked once about a clause that two documents share, under other titles and headings',
    async () => {
      const namespace = aNamespace('clause');
      const clause = `${namespace}: Globex Corporation works with Initech Industries.`;
      const under = async (title: string): Promise<IngestionSeen> => {
        const content = `# ${title}\n\nOnly here.\n\n## Parties\n\n${clause}`;
        const document = { ...{ namespace, documentId: title, title }, source: 'inline', mediaType: 'text/markdown' };
        const { ingestionId } = await penstock.api.submit({ ...document, content });
        return penstock.api.outcome(ingestionId, withinMs);
      };

      const seen = [await under('Lease of a house'), await under('Licence of a trademark')];

      const chunks = 'SELECT text FROM penstock.live_chunks WHERE namespace = $1 AND seq = 1';
      const [first, second] = await stores.sql(chunks, [namespace]);
      expect(seen).toMatchObject([{ cost: { calls: 2 } }, { status: 'live', cost: { calls: 1 } }]);
      expect(passagesOf(namespace)).toEqual([first?.['text']]);
      expect(second).toEqual(first);
    },
    withinMs,
  );

  it(
    'is paid once for every passage, though all roles end in mid-document, twice',
    async () => {
      const namespace = aNamespace('restart');
      // Every sentence is another and names the namespace, and so does every passage that is made of them. A sentence
      // that began with a small letter would be none of its own, and passages would be cut between any two words.
      const sentence = (at: number): string =>
        `Note ${at} of ${namespace} says: Globex Corporation knows Initech Industries.`;
      server.delayMs = 100;
      const text = Array.from({ length: 200 }, (_, at) => sentence(at)).join(' ');
      const { ingestionId } = await penstock.api.inline(namespace, 'long', text);

      for (const answered of [3, 7]) {
        await eventually(`${answered} answers`, () => passagesOf(namespace).length >= answered || undefined, withinMs);
        await penstock.pause();
        await penstock.restart();
      }
      const seen = await penstock.api.outcome(ingestionId, withinMs);

      expect(seen).toMatchObject({ status: 'live' });
      const asked = passagesOf(namespace);
      expect(asked).toHaveLength(new Set(asked).size);
      expect(asked).toHaveLength(seen.counts['chunks'] ?? -1);
      expect(asked.length).toBeGreaterThan(9);
      expect(server.mostRunning).toBeLessThanOrEqual(2);
    },
    withinMs,
  );

  it(
    'waits for a key that is right, past the write deadline, and loses nothing',
    async () => {
      const namespace = aNamespace('key');
      const key = server.key;
      server.key = 'sk-another';
      const refused = server.keys.length;
      const { ingestionId } = await penstock.api.inline(namespace, 'waits', `${namespace}: Globex Corporation.`);

      await eventually('two tries', () => server.keys.length >= refused + 2 || undefined, withinMs);
      expect(await penstock.api.ingestion(ingestionId)).toMatchObject(waitingFor('model-key-refused'));
      expect(await waitsOf(namespace)).toEqual(['model-key-refused']);
      server.key = key;

      expect(await penstock.api.outcome(ingestionId, withinMs)).toMatchObject({ status: 'live', waiting: null });
      expect(await waitsOf(namespace)).toEqual([]);
    },
    withinMs,
  );

  it(
    'waits when a budget is used up, past the write deadline, until it is raised; what is known passes',
    async () => {
      const namespace = aNamespace('budget');
      await setBudgets(namespace, '1tokens/day');
      const known = await ingested(namespace, 'known', `${namespace} first`);
      const again = await ingested(namespace, 'again', `${namespace} first`);
      const { ingestionId } = await penstock.api.inline(namespace, 'new', `${namespace} second`);

      await eventually('it waits', async () => (await waitsOf(namespace)).length > 0 || undefined, withinMs);
      const gauge = `penstock_budget_exhausted{namespace="${namespace}"} 1`;
      const isShown = async (): Promise<boolean> => {
        const { body: metrics } = await penstock.api.ask('GET', '/metrics');
        return String(metrics['text']).includes(gauge);
      };
      await eventually('it is shown', async () => (await isShown()) || undefined, withinMs);
      expect([known.status, again.status]).toEqual(['live', 'live']);
      const { body: spent } = await penstock.api.ask('GET', `/v1/budgets/${namespace}`);
      expect(spent).toMatchObject({ budgets: ['1tokens/day'], exhausted: '1tokens/day' });
      expect(passagesOf(namespace)).toHaveLength(1);
      expect(await penstock.api.ingestion(ingestionId)).toMatchObject(waitingFor('budget-exhausted'));
      await setBudgets(namespace, '5usd/month');

      expect(await penstock.api.outcome(ingestionId, withinMs)).toMatchObject({ status: 'live' });
      expect(passagesOf(namespace)).toHaveLength(2);
      await eventually('it waits no more', async () => (await waitsOf(namespace)).length === 0 || undefined, withinMs);
    },
    withinMs,
  );

  it(
    'holds up nobody else while a budget is used up, and not the next version of a document either',
    async () => {
      const [poor, rich] = [aNamespace('poor'), aNamespace('rich')];
      const parked = await parkedNote(poor);
      const others = Array.from({ length: 3 * partitions }, (_, i) => `other ${i}`);
      for (const other of others) await penstock.api.inline(poor, other, `${poor} ${other}`);
      await eventually(
        'all to be parked',
        async () => (await parkedOf(poor)) === others.length + 1 || undefined,
        withinMs,
      );

      // In every partition somebody of the poor namespace waits.
      const passed = await Promise.all(others.map((id) => ingested(rich, id, `${rich} ${id}`)));
      const newer = await ingested(poor, 'note', `${poor} first`);
      await setBudgets(poor, '5usd/month');
      const older = await penstock.api.outcome(parked, withinMs);

      expect(new Set(passed.map(({ status }) => status))).toEqual(new Set(['live']));
      expect([newer, older]).toMatchObject([
        { version: 2, status: 'live' },
        { version: 1, status: 'superseded' },
      ]);
      await eventually(
        'all to be live',
        async () => (await liveOf(poor)).length === others.length + 2 || undefined,
        withinMs,
      );
      const shown = Object.values(await stores.liveIngestions(poor)).map(({ note }) => note);
      expect(shown).toEqual(Array(4).fill(newer.ingestionId));
      expect(new Set(passagesOf(poor)).size).toBe(passagesOf(poor).length);
    },
    2 * withinMs,
  );

  it(
    'forgets what is parked of a document that is deleted meanwhile',
    async () => {
      const namespace = aNamespace('parked-deleted');
      const ingestionId = await parkedNote(namespace);

      await retracted(namespace, 'note');

      await eventually('it to be forgotten', async () => (await parkedOf(namespace)) === 0 || undefined, withinMs);
      expect(await penstock.api.outcome(ingestionId, withinMs)).toMatchObject({ status: 'retracted' });
      await eventually('all stores to have undone it', () => isUndone(ingestionId), withinMs);
      expect(passagesOf(namespace)).toEqual([`${namespace} first`]);
    },
    withinMs,
  );

  it(
    'is given up when it has waited for too long, and comes back by itself once there is money',
    async () => {
      const namespace = aNamespace('given-up');
      const ingestionId = await parkedNote(namespace);
      const old = new Date(Date.now() - 3 * 86_400_000).toISOString();
      await stores.sql(
        `UPDATE penstock.parked_events SET said_at = $2::timestamptz, parked_at = $2::timestamptz,
           headers = headers || jsonb_build_object('ce_time', $2::text) WHERE namespace = $1`,
        [namespace, old],
      );

      const error = { reason: 'budget-exhausted', role: 'extractor' };
      expect(await penstock.api.outcome(ingestionId, withinMs)).toMatchObject({ status: 'failed', error });
      await setBudgets(namespace, '5usd/month');

      await eventually('it to be live', async () => (await liveOf(namespace)).length === 2 || undefined, withinMs);
      expect(passagesOf(namespace)).toEqual([`${namespace} first`, `${namespace} second`]);
    },
    withinMs,
  );

  it(
    'fails a document that it refuses, whose cost is shown apart, and its neighbour becomes live',
    async () => {
      const namespace = aNamespace('refused');
      const refusal: Misbehaviour = { content: null, refusal: 'No.' };
      server.next.push(refusal);

      const refused = await ingested(namespace, 'refused', `${namespace}: first`);
      const good = await ingested(namespace, 'good', `${namespace}: second`);

      const error = { reason: 'model-answer-refused', role: 'extractor' };
      expect(refused).toMatchObject({ status: 'failed', error, cost: { calls: 1, usd: expect.any(Number) } });
      expect(good).toMatchObject({ status: 'live' });
      const { body: usage } = await penstock.api.ask('GET', `/v1/usage?namespace=${namespace}`);
      expect(usage).toMatchObject({
        total: { calls: 2 },
        models: [{ model, purpose: 'extraction', calls: 2 }],
        statuses: { failed: { calls: 1, usd: refused.cost?.usd }, live: { calls: 1, usd: good.cost?.usd } },
        namespaces: { [namespace]: { calls: 2 } },
      });
      const inVain = { namespace, documentId: 'refused', ingestionId: refused.ingestionId, outcome: 'refused' };
      const listed = await callsOf({ namespace, limit: '1', outcome: 'refused' });
      expect(listed).toEqual({
        items: [
          {
            ...{ ...inVain, id: expect.any(String), at: expect.stringMatching(/^\d{4}-.*Z$/), model },
            ...{ purpose: 'extraction', promptTokens: expect.any(Number), completionTokens: 0 },
            usd: refused.cost?.usd,
          },
        ],
      });
      const { items, nextCursor: cursor = '' } = await callsOf({ namespace, limit: '1' });
      expect(items).toMatchObject([{ documentId: 'good', outcome: 'answered', usd: good.cost?.usd }]);
      expect((await callsOf({ namespace, cursor })).items).toEqual(listed.items);
      const byCommand = ['usage', '--ingestion', refused.ingestionId, '--json'];
      const { out } = await runPenstock(byCommand, { PENSTOCK_HTTP_PORT: new URL(penstock.api.address).port });
      expect(JSON.parse(out)).toEqual(listed.items);
    },
    withinMs,
  );

  it(
    'is taken at its word only as far as the passage goes, and ten thousand invented entities are none',
    async () => {
      const namespace = aNamespace('invented');
      const honest = server.answer;
      const invented = Array.from({ length: 10_000 }, (_, at) => ({
        ...{ name: `Invented ${at}`, type: 'Organization', aliases: [], summary: `Invented ${at}` },
      }));
      server.answer = (passage) => {
        const { entities, facts } = honest(passage) as { entities: unknown[]; facts: unknown[] };
        return { entities: [...entities, ...invented], facts };
      };

      const seen = await ingested(namespace, 'invented', `${namespace}: Globex Corporation met Initech Industries.`);
      server.answer = honest;

      expect(seen).toMatchObject({ status: 'live', counts: { entities: 2, facts: 1 } });
      const rows = await stores.sql('SELECT name FROM penstock.live_entities WHERE namespace = $1 ORDER BY name', [
        namespace,
      ]);
      expect(rows).toEqual([{ name: 'Globex Corporation' }, { name: 'Initech Industries' }]);
    },
    withinMs,
  );

  it(
    'joins names where rules are in doubt, for one call, and what it joined goes with the document, exactly',
    async () => {
      const namespace = aNamespace('joined');
      const [long, short] = ['International Business Machines', 'IBM'];
      const honest = server.answer;
      server.answer = finding('Organization', long, short);
      await ingested(namespace, 'other', `${namespace}: ${short} grew.`);
      const before = await namesSeen(namespace);

      const joined = await ingested(namespace, 'both', `${namespace}: ${long} paid, said ${short}.`);
      const both = await namesSeen(namespace);
      const repeated = await ingested(namespace, 'again', `${namespace}: ${long} paid, said ${short}.`);
      for (const documentId of ['both', 'again']) {
        await retracted(namespace, documentId);
      }
      server.answer = honest;

      expect(joined).toMatchObject({ status: 'live', counts: { entities: 1, mentions: 2 }, cost: { calls: 2 } });
      const rows = [
        { name: short, aliases: [] },
        { name: long, aliases: [short] },
      ];
      expect(both).toEqual({ rows, nodes: rows });
      expect(repeated).toMatchObject({ status: 'live', counts: { entities: 1 }, cost: { calls: 0 } });
      expect(doubtsOf(namespace)).toHaveLength(1);
      expect(await namesSeen(namespace)).toEqual(before);
      const { body: usage } = await penstock.api.ask('GET', `/v1/usage?namespace=${namespace}`);
      expect(usage['models']).toContainEqual(expect.objectContaining({ model, purpose: 'identity', calls: 1 }));
    },
    withinMs,
  );

  it(
    'joins names of two documents where rules are in doubt, for one call, and they are apart when either goes',
    async () => {
      const namespace = aNamespace('across');
      const [long, short] = ['Robert Miller', 'Rob Miller'];
      const honest = server.answer;
      server.answer = finding('Person', long, short);

      const first = await ingested(namespace, 'long', `${namespace}: ${long} came.`);
      const second = await ingested(namespace, 'short', `${namespace}: ${short} went.`);
      const joined = await namesSeen(namespace);
      await retracted(namespace, 'long');
      server.answer = honest;

      expect([first, second]).toMatchObject([{ cost: { calls: 1 } }, { status: 'live', cost: { calls: 2 } }]);
      const rows = [{ name: long, aliases: [short] }];
      expect(joined).toEqual({ rows, nodes: rows });
      expect(doubtsOf(namespace)).toHaveLength(1);
      const left = [{ name: short, aliases: [] }];
      expect(await namesSeen(namespace)).toEqual({ rows: left, nodes: left });
    },
    withinMs,
  );

  it('says what is wrong with a budget, a time or a list of calls', async () => {
    const headers = { 'content-type': 'application/json' };
    const bodies = ['{"budgets":["much"]}', '{"budgets":"1usd/day"}', '{}'];
    const answers = await Promise.all([
      ...bodies.map((body) => penstock.api.ask('PUT', '/v1/budgets/default', { headers, body })),
      ...[
        '?from=yesterday',
        '/calls?from=yesterday',
        '/calls?ingestionId=1',
        '/calls?cursor=1',
        '/calls?ingestion=1',
      ].map((query) => penstock.api.ask('GET', `/v1/usage${query}`)),
      penstock.api.ask('GET', '/v1/budgets/UPPER'),
    ]);

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
  });
});

describe('settings that can not work', () => {
  const key = { PENSTOCK_OPENAI_API_KEY: 'k' };
  const extraction = { PENSTOCK_EXTRACTION_PROVIDER: 'openai' };
  const embedding = { PENSTOCK_EMBEDDING_PROVIDER: 'openai' };

  it.each<[string, Record<string, string>, RegExp]>([
    ['no key', extraction, /PENSTOCK_OPENAI_API_KEY/],
    ['no length of vectors', { ...embedding, PENSTOCK_OPENAI_EMBEDDING_MODEL: 'own' }, /PENSTOCK_EMBEDDING_DIMENSIONS/],
    ['another model than that of the collection', { ...embedding, ...key }, /penstock_(documents|chunks)/],
    ['a budget that is none', { ...extraction, ...key, PENSTOCK_MODEL_BUDGET: 'much' }, /must be a budget/],
    ['an Azure resource without address', { ...extraction, ...key, PENSTOCK_OPENAI_API_VERSION: '1' }, /_BASE_URL/],
  ])(
    'refuse the start with a sentence: %s',
    async (_, environment, sentence) => {
      const config = loadConfig({ ...stackEnvironment(), ...environment });
      const roles = ['extractor', 'embedder', 'writer-qdrant'] as const;

      const started = runRoles(config, roles, { onFatal: () => undefined });

      await expect(started).rejects.toMatchObject({ kind: 'permanent', message: expect.stringMatching(sentence) });
    },
    withinMs,
  );
});
