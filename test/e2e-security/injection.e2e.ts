import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

import { roleNames } from '../../apps/roles.js';
import { eventually } from '../e2e/eventually.js';
import { KafkaOutsider, submittedTopic } from '../e2e/kafka-outsider.js';
import { acceptedOf, PenstockApi, type IngestionSeen } from '../e2e/penstock-api.js';
import { aNamespace } from '../e2e/penstock-under-test.js';
import { runPenstock, startRoles, type Finished, type RoleProcess } from '../e2e/run-penstock.js';
import { serveMcp, type McpProcess } from '../e2e/serve-mcp.js';
import { StoreViews, type LiveIngestions, type Row } from '../e2e/store-views.js';
import { doors, hostileWords } from './hostile-words.js';

/** A busy machine is no failure. */
const withinMs = 500_000;
/** Where commands among the words would leave a trace. */
const traceOfCommands = '/tmp/penstock-owned';
const contentCanary = 'canaryofcontent';
const controls = /[\u0000-\u001f\u007f-\u009f]/u;
const recordType = {
  entities: [
    { field: 'name', type: 'Person' },
    { field: 'employer', type: 'Organization' },
  ],
  relations: [{ source: 'name', relation: 'WORKS_FOR', target: 'employer', fact: '{source} works for {target}' }],
};

type Door = (typeof doors)[number];
interface Sent {
  readonly language: string;
  readonly what: string;
  readonly words: string;
  readonly documentId: string;
}

const bystander = aNamespace('bystander');
const namespaces: Readonly<Record<Door, string>> = {
  'the API': aNamespace('words-api'),
  Kafka: aNamespace('words-kafka'),
};
const byAgent = aNamespace('words-mcp');
const outsider = new KafkaOutsider();
const stores = new StoreViews();
let listener: Server;
let canaryHits = 0;
let folder: string;
let penstock: RoleProcess;
let api: PenstockApi;
let mcp: McpProcess;
let agent: Client;
let before: Row;
let topicsBefore: readonly string[];
let sent: readonly Sent[];
/** How each document ended that the words went in with, by door and name. */
const ended = new Map<string, IngestionSeen>();

async function listen(): Promise<string> {
  listener = createServer((_, response) => {
    canaryHits += 1;
    response.end();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`;
}

beforeAll(async () => {
  const canary = await listen();
  sent = hostileWords.map(({ language, what, words }, index) => {
    const said = words.replaceAll('CANARY', canary);
    return { language, what, words: said, documentId: controls.test(said) ? `words ${index}` : said };
  });
  folder = await mkdtemp(join(tmpdir(), 'penstock-words-'));
  await writeFile(join(folder, 'thing.json'), JSON.stringify(recordType));
  const settings = { PENSTOCK_LOG_LEVEL: 'trace', PENSTOCK_RECORD_TYPES: folder, PENSTOCK_SEARCH_BUDGET: '30s' };
  const limits = { PENSTOCK_RATE_LIMIT: '10000000', PENSTOCK_HTTP_ALLOW_PRIVATE: 'false' };
  [penstock] = await Promise.all([startRoles(roleNames, { ...settings, ...limits }, withinMs), outsider.connect()]);
  api = new PenstockApi(penstock.address);
  const { ingestionId } = await api.inline(bystander, 'report', 'John Smith is the CEO of ACME Corporation.');
  expect((await api.outcome(ingestionId, withinMs)).status).toBe('live');
  before = await stores.everything(bystander);
  topicsBefore = await outsider.topics();
  const byApi = { PENSTOCK_MCP_API_URL: penstock.address, PENSTOCK_MCP_NAMESPACE: byAgent };
  mcp = await serveMcp(['--write'], byApi, withinMs);
  agent = new Client({ name: 'test', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(mcp.address));
  await agent.connect(transport as Parameters<Client['connect']>[0]);
  const outcomes = await Promise.all(doors.map((door) => send[door](sent)));
  for (const [at, door] of doors.entries()) {
    for (const [index, outcome] of (outcomes[at] ?? []).entries())
      ended.set(`${door} ${sent[index]?.documentId}`, outcome);
  }
}, 3 * withinMs);

afterAll(async () => {
  await agent.close();
  mcp.child.kill('SIGTERM');
  await penstock.stop();
  listener.close();
  await Promise.all([stores.close(), outsider.close(), rm(folder, { recursive: true })]);
}, withinMs);

const described = ({ words }: Sent): object => ({ title: words, metadata: { note: words, [words]: 'a key' } });
const recordOf = ({ words }: Sent): object => ({ name: words, employer: 'ACME Corporation', canary: contentCanary });

/** The ways in. Each takes all the words, and says how each document ended. */
const send: Readonly<Record<Door, (all: readonly Sent[]) => Promise<IngestionSeen[]>>> = {
  'the API': (all) =>
    inTurns(all, async (one) => {
      const { documentId } = one;
      const submission = { namespace: namespaces['the API'], documentId, type: 'thing', ...described(one) };
      const submit = async () => acceptedOf(await api.json('/v1/records', { ...submission, record: recordOf(one) }));
      const { ingestionId } = await eventually(`${documentId} to be accepted`, submit, withinMs);
      return () => api.outcome(ingestionId, withinMs);
    }),
  Kafka: async (all) => {
    const namespace = namespaces.Kafka;
    for (const one of all) {
      const { documentId, words } = one;
      const description = { title: words, metadata: { note: words, [words]: 'a key', record_type: 'thing' } };
      const source = { source: 'json_record', location: words, content: JSON.stringify(recordOf(one)) };
      const value = await outsider.encodeSubmitted({
        ...{ namespace, documentId, submittedAt: Date.now(), ...description, ...source },
      });
      const headers = { [words]: words, ce_id: words, ce_subject: words, traceparent: words, ce_source: words };
      await outsider.send(submittedTopic, { key: words, value, headers });
    }
    return Promise.all(
      all.map(({ documentId }) =>
        eventually(
          `${documentId} to end`,
          async () => {
            const query = new URLSearchParams({ namespace, documentId });
            const { body } = await api.ask('GET', `/v1/ingestions?${query}`);
            const [seen] = body['items'] as IngestionSeen[];
            return seen && ['live', 'failed', 'rolled_back'].includes(seen.status) ? seen : undefined;
          },
          withinMs,
        ),
      ),
    );
  },
};

/** Sends a few at a time, and waits for all of them once all are sent. */
async function inTurns(
  all: readonly Sent[],
  begin: (one: Sent) => Promise<() => Promise<IngestionSeen>>,
): Promise<IngestionSeen[]> {
  const atOnce = 12;
  const begun: (() => Promise<IngestionSeen>)[] = [];
  for (let from = 0; from < all.length; from += atOnce) {
    begun.push(...(await Promise.all(all.slice(from, from + atOnce).map(begin))));
  }
  return Promise.all(begun.map((outcome) => outcome()));
}

async function tool(name: string, given: Record<string, unknown>) {
  const options = { timeout: withinMs, resetTimeoutOnProgress: true, onprogress: () => undefined };
  const result = (await agent.callTool({ name, arguments: given }, undefined, options)) as CallToolResult;
  const text = result.content.map((piece) => (piece.type === 'text' ? piece.text : '')).join('\n');
  return { text, data: result.structuredContent ?? {}, isError: result.isError === true };
}

/** One of each language. */
const perLanguage = (all: readonly Sent[]): Sent[] => [...new Map(all.map((one) => [one.language, one])).values()];

const numbered = hostileWords.map(({ language, what }, index) => [language, what, index] as const);

/** What each store says of live documents, by its own client. */
async function titlesIn(namespace: string): Promise<Record<'postgres' | 'neo4j' | 'qdrant', Record<string, unknown>>> {
  const rows = await stores.sql('SELECT ingestion_id AS id, title FROM penstock.live_documents WHERE namespace = $1', [
    namespace,
  ]);
  const episodes = await stores.cypher(
    'MATCH (e:Episodic {group_id: $namespace}) RETURN e.uuid AS id, e.name AS title',
    {
      namespace,
    },
  );
  const points = await stores.points('penstock_documents', namespace);
  const payloads = points.map(({ payload }) => ({ id: payload?.['ingestion_id'], title: payload?.['title'] }));
  const byId = (all: readonly Row[]): Record<string, unknown> =>
    Object.fromEntries(all.map(({ id, title }) => [String(id), title]));
  return { postgres: byId(rows), neo4j: byId(episodes), qdrant: byId(payloads) };
}

/** Documents that a search finds with a filter, whatever is asked. */
async function foundBy(namespace: string, filter: object): Promise<string[]> {
  const { status, body } = await api.json('/v1/search', { namespace, query: 'gauge', mode: 'semantic', filter });
  expect(status).toBe(200);
  return (body['hits'] as { documentId: string }[]).map(({ documentId }) => documentId);
}

describe.each(doors)('words that come in by %s', (door) => {
  const namespace = namespaces[door];
  let live: LiveIngestions;
  let titles: Awaited<ReturnType<typeof titlesIn>>;

  beforeAll(async () => {
    [live, titles] = await Promise.all([stores.liveIngestions(namespace), titlesIn(namespace)]);
  }, withinMs);

  it.each(numbered)('of %s are words in all four stores: %s', async (_language, _what, index) => {
    const { words, documentId } = sent[index] as Sent;
    const outcome = ended.get(`${door} ${documentId}`);
    const ingestionId = String(outcome?.ingestionId);
    const [byNote, byName, document] = await Promise.all([
      foundBy(namespace, { metadata: { note: words } }),
      foundBy(namespace, { documentId: [documentId] }),
      api.document(namespace, documentId),
    ]);

    expect(outcome).toMatchObject({ status: 'live', documentId, error: null, metadata: { note: words } });
    expect(Object.values(live).map((of) => of[documentId])).toEqual(Array(4).fill(ingestionId));
    expect(Object.values(titles).map((of) => of[ingestionId])).toEqual(Array(3).fill(words));
    expect([new Set(byNote), new Set(byName)]).toEqual([new Set([documentId]), new Set([documentId])]);
    expect(document.body).toMatchObject({ documentId, live: { version: 1 } });
  });

  it('made these documents and no others', () => {
    const names = new Set(sent.map(({ documentId }) => documentId));

    for (const of of Object.values(live)) expect(new Set(Object.keys(of))).toEqual(names);
  });
});

describe('words as names', () => {
  it.each(['the API', 'Kafka'] as const)(
    'are entities, the same in the graph and in the tables, by %s',
    async (door) => {
      const namespace = namespaces[door];
      const rows = await stores.sql(
        'SELECT DISTINCT ingestion_id AS id, evidence FROM penstock.live_mentions WHERE namespace = $1',
        [namespace],
      );
      const inTables = await stores.sql('SELECT DISTINCT name FROM penstock.live_entities WHERE namespace = $1', [
        namespace,
      ]);
      const inGraph = await stores.cypher(
        'MATCH (n:Entity {group_id: $namespace}) RETURN n.name AS name, labels(n) AS labels, n.aliases AS aliases',
        { namespace },
      );

      const evidence = new Set(rows.map((row) => String(row['evidence'])));
      const names = inGraph.map(({ name }) => String(name));
      const labels = new Set(inGraph.flatMap((row) => row['labels'] as string[]));
      const spelled = new Set([...names, ...inGraph.flatMap(({ aliases }) => (aliases as string[] | null) ?? [])]);
      expect(names.length).toBeGreaterThan(hostileWords.length / 2);
      expect(inTables.map(({ name }) => String(name)).every((name) => spelled.has(name))).toBe(true);
      expect(labels).toEqual(new Set(['Entity', 'Person', 'Organization']));
      // A name is one line; whatever fits on one is found as it was said.
      for (const { words } of sent.filter((one) => !/[\p{Cc}\u2028]/u.test(one.words))) {
        expect(evidence).toContain(words);
      }
    },
  );

  it.each(numbered)('of %s find nothing that is not theirs: %s', async (_language, _what, index) => {
    const { words } = sent[index] as Sent;
    const name = encodeURIComponent(words);

    const [foreign, asked, answer, asNamespace, explored, shown, found] = await Promise.all([
      api.ask('GET', `/v1/entities?name=${name}&namespace=${bystander}`),
      api.json('/v1/search', { namespace: bystander, query: words, mode: 'keyword', filter: { documentId: [words] } }),
      fetch(`${penstock.address}/v1/documents/${name}?namespace=${bystander}`),
      api.json('/v1/search', { namespace: words, query: 'gauge' }),
      tool('explore_graph', { entity: words, namespace: bystander }),
      tool('get_document', { document_id: words, namespace: bystander }),
      tool('search_memory', { query: words, namespace: byAgent, filter: { metadata: { [words]: words } } }),
    ]);

    expect(foreign).toMatchObject({ status: 200, body: { items: [] } });
    expect(asked).toMatchObject({ status: 200, body: { hits: [] } });
    const isName = !controls.test(words);
    const told = isName ? 'no such document' : 'must not contain control characters';
    expect(shown).toMatchObject({ isError: true, text: expect.stringContaining(told) });
    expect(found).toMatchObject({ isError: false, data: { hits: [] } });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([isName ? 404 : 400, []]);
    expect(explored).toMatchObject({ isError: true, text: expect.stringContaining('no live document speaks of') });
    // One of them is a namespace, and nobody's.
    if (words === 'undefined') expect(asNamespace).toMatchObject({ status: 200, body: { hits: [] } });
    else expect(asNamespace).toMatchObject({ status: 400, body: { reason: 'bad-request' } });
  });

  it('with lines or control characters in them are no names of documents, at any door', async () => {
    const bad = sent.filter(({ words }) => controls.test(words));
    const namespace = byAgent;
    for (const { words } of bad) {
      const submission = { namespace, documentId: words, source: 'inline', content: 'A gauge.' };
      const told = await tool('add_memory', { text: 'A gauge.', document_id: words });

      expect(await api.json('/v1/documents', submission)).toMatchObject({
        ...{ status: 400, body: { reason: 'bad-document' } },
      });
      expect(told).toMatchObject({ isError: true, text: expect.stringContaining('control characters') });
    }
    expect(bad.length).toBeGreaterThan(8);
  });
});

describe('words of each language', () => {
  const namespace = aNamespace('words-cli');
  const run = (...args: string[]): Promise<Finished> =>
    runPenstock(args, { PENSTOCK_HTTP_PORT: new URL(penstock.address).port });

  it(
    'are memories of an agent, under their names',
    async () => {
      const some = perLanguage(sent);
      const told = await Promise.all(
        some.map(({ words, documentId }) =>
          tool('add_memory', { text: `${contentCanary}: ${words}`, document_id: documentId, title: words }),
        ),
      );

      expect(told.map(({ data }) => data['status'])).toEqual(some.map(() => 'live'));
      const names = new Set(some.map(({ documentId }) => documentId));
      for (const of of Object.values(await stores.liveIngestions(byAgent)))
        expect(new Set(Object.keys(of))).toEqual(names);
    },
    2 * withinMs,
  );

  it(
    'are names of files',
    async () => {
      const can = sent.filter(({ words }) => !/[/\0]/u.test(words) && words.length < 200 && !controls.test(words));
      const named = perLanguage(can).map(({ words }) => words);
      const place = await mkdtemp(join(tmpdir(), 'penstock-files-'));
      for (const name of named) await writeFile(join(place, name), `The gauge says ${contentCanary}.`);

      const finished = await run('ingest', place, '-n', namespace, '--json');
      await rm(place, { recursive: true });

      const seen = JSON.parse(finished.out) as IngestionSeen[];
      expect(new Set(seen.map(({ documentId }) => documentId))).toEqual(
        new Set(named.map((name) => join(place, name))),
      );
      expect(new Set(seen.map(({ status }) => status))).toEqual(new Set(['live']));
      expect(named.length).toBeGreaterThan(8);
    },
    2 * withinMs,
  );

  it(
    'are arguments of a command',
    async () => {
      const found = await run(
        'search',
        '-n',
        byAgent,
        '--document',
        'none',
        '--json',
        '--',
        ...sent.map(({ words }) => words),
      );
      expect(JSON.parse(found.out)).toMatchObject({ hits: [] });

      for (const { words } of perLanguage(sent)) {
        const deleted = await run('delete', '-n', bystander, '--', words);

        const told = controls.test(words) ? 'must not contain control characters' : 'no such document';
        expect(deleted).toMatchObject({ code: 1, err: expect.stringContaining(told) });
        expect(deleted.err).not.toMatch(/^\s+at /m);
      }
    },
    2 * withinMs,
  );
});

describe('after all of them', () => {
  it('what others have in the four stores is as it was', async () => {
    expect(await stores.everything(bystander)).toEqual(before);
    expect(await stores.sql('SELECT count(*)::int > 0 AS any FROM penstock.live_chunks')).toEqual([{ any: true }]);
  });

  it('no topic was made, and no key that is not Penstock’s', async () => {
    const strangers = (await stores.redis.keys('*')).filter((key) => !key.startsWith('penstock'));

    expect(await outsider.topics()).toEqual(topicsBefore);
    expect(strangers).toEqual([]);
  });

  it('nobody was called, and no command ran', () => {
    expect(canaryHits).toBe(0);
    expect(existsSync(traceOfCommands)).toBe(false);
  });

  it('every line of the logs is one that Penstock wrote, and none holds what stood in a document', () => {
    const lines = penstock
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    const logged = lines.map((line) => JSON.parse(line) as { msg?: string; role?: string });

    expect(logged.length).toBeGreaterThan(10);
    expect(logged.filter(({ msg }) => msg === 'forged by a document')).toEqual([]);
    expect(penstock.output()).not.toContain(contentCanary);
    expect(penstock.output()).not.toContain('\u001b]0;owned');
  });

  it(
    'each can be deleted by its name, and nothing of it is left',
    async () => {
      const namespace = namespaces['the API'];
      const accepted = [];
      for (const { documentId } of sent) accepted.push(await api.retract(namespace, documentId));
      const seen = await Promise.all(accepted.map(({ ingestionId }) => api.outcome(ingestionId, withinMs)));

      expect(new Set(seen.map(({ status }) => status))).toEqual(new Set(['retracted']));
      expect(Object.values(await stores.liveIngestions(namespace))).toEqual([{}, {}, {}, {}]);
    },
    2 * withinMs,
  );
});
