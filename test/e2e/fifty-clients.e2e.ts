import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';

import { eventually } from './eventually.js';
import type { Answer, IngestionSeen } from './penstock-api.js';
import { acceptedOf } from './penstock-api.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { StoreViews } from './store-views.js';

const longMs = 900_000;
const namespace = aNamespace('crowd');
const documents = ['one', 'two', 'three', 'four', 'five'];
const clients = 50;
/** Last, this document is deleted, and that one is not. */
const deletedLast = 'two';
const finals = ['live', 'superseded', 'retracted', 'rolled_back', 'failed', 'unchanged'];
let penstock: PenstockUnderTest;
let stores: StoreViews;

jest.setTimeout(longMs + 60_000);

beforeAll(async () => {
  stores = new StoreViews();
  penstock = await startPenstock();
});

afterAll(async () => {
  await penstock.stop();
  await stores.close();
  expect(penstock.fatal).toEqual([]);
});

interface Said {
  readonly kind: 'put' | 'equal' | 'delete';
  readonly documentId: string;
  readonly answer: Answer;
}

const textOf = (documentId: string, what: string): string =>
  `John Smith is CEO of ACME Corporation. ${documentId} was changed by ${what}.`;

/** A database that has more callers than it can answer says so; whoever is told asks again. */
async function insist(ask: () => Promise<Answer>): Promise<Answer> {
  const attempt = async (): Promise<Answer | undefined> => {
    const answer = await ask();
    return answer.status === 503 ? undefined : answer;
  };
  return eventually('an answer', attempt, longMs);
}

/** Clients that say the same with the same words use the same key. */
async function put(documentId: string, what: string): Promise<Said> {
  const body = { namespace, documentId, source: 'inline', content: textOf(documentId, what) };
  const key = { 'idempotency-key': `${documentId} ${what}` };
  const answer = await insist(() => penstock.api.json('/v1/documents', body, key));
  return { kind: what === 'everybody' ? 'equal' : 'put', documentId, answer };
}

async function remove(documentId: string): Promise<Said> {
  const path = `/v1/documents/${documentId}?namespace=${namespace}`;
  return { kind: 'delete', documentId, answer: await insist(() => penstock.api.ask('DELETE', path)) };
}

/** Each client asks for four things, one after the other; who is next to whom is left to chance. */
async function client(number: number): Promise<Said[]> {
  const documentId = documents[number % documents.length] ?? '';
  const round = Math.floor(number / documents.length);
  const said = [await put(documentId, `client ${number}`)];
  said.push(round % 3 === 0 ? await remove(documentId) : await put(documentId, 'everybody'));
  said.push(round % 3 === 0 ? await put(documentId, 'everybody') : await put(documentId, `client ${number} again`));
  if (round % 3 === 1) said.push(await remove(documentId));
  return said;
}

async function allOf(documentId: string): Promise<IngestionSeen[]> {
  const query = `namespace=${namespace}&documentId=${documentId}&limit=200`;
  const { body } = await penstock.api.ask('GET', `/v1/ingestions?${query}`);
  return body['items'] as IngestionSeen[];
}

/** All there is, once each has come to an end and what was live before is replaced. */
async function allAtRest(): Promise<IngestionSeen[] | undefined> {
  const lists = await Promise.all(documents.map(allOf));
  const isAtRest = (list: readonly IngestionSeen[]): boolean =>
    list.every(({ status }) => finals.includes(status)) && list.filter(({ status }) => status === 'live').length <= 1;
  return lists.every(isAtRest) ? lists.flat() : undefined;
}

function highest(of: readonly { readonly version: number }[]): number {
  return Math.max(0, ...of.map(({ version }) => version));
}

it(
  'fifty clients at once: the highest version that was not deleted later is live in all four stores',
  async () => {
    await Promise.all(documents.map((documentId) => put(documentId, 'nobody')));
    const said = (await Promise.all(Array.from({ length: clients }, (_, number) => client(number)))).flat();
    said.push(
      ...(await Promise.all(documents.map((one) => (one === deletedLast ? remove(one) : put(one, 'the last'))))),
    );

    const accepted = said.map(({ kind, documentId, answer }) => ({ kind, ...acceptedOf(answer), documentId }));
    const ends = await eventually('an end of everything', allAtRest, longMs);

    const expected: Record<string, string> = {};
    for (const documentId of documents) {
      const own = accepted.filter((one) => one.documentId === documentId && one.kind !== 'delete');
      const entered = ends.filter((one) => one.documentId === documentId);
      const deletedThrough = highest(entered.filter(({ kind }) => kind === 'retraction'));
      const last = own.find(({ version }) => version === highest(own));
      if (last !== undefined && last.version > deletedThrough) expected[documentId] = last.ingestionId;

      const equal = own.filter(({ kind }) => kind === 'equal').map(({ ingestionId }) => ingestionId);
      expect(equal.length).toBeGreaterThan(1);
      expect(new Set(equal).size).toBe(1);
      const versions = entered.filter(({ kind }) => kind === 'ingestion').map(({ version }) => version);
      // The first one came before the crowd. No version is missing, and none was given twice.
      const count = new Set(own.map(({ ingestionId }) => ingestionId)).size + 1;
      expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    }

    expect(Object.keys(expected)).toEqual(documents.filter((one) => one !== deletedLast));
    // A version that a delete overtook before it was live is retracted, not superseded; all may be, in a fast crowd.
    expect([...new Set(ends.map(({ status }) => status))].filter((status) => status !== 'superseded').sort()).toEqual([
      'live',
      'retracted',
    ]);
    const live = ends
      .filter(({ status }) => status === 'live')
      .map(({ documentId, ingestionId }) => [documentId, ingestionId]);
    expect(Object.fromEntries(live)).toEqual(expected);
    expect(live).toHaveLength(Object.keys(expected).length);
    expect(await stores.liveIngestions(namespace)).toEqual({
      ...{ postgres: expected, neo4j: expected },
      ...{ qdrant: expected, redis: expected },
    });
    const held = JSON.stringify(await stores.everything(namespace));
    const gone = accepted.filter(({ ingestionId }) => !Object.values(expected).includes(ingestionId));
    expect(gone.filter(({ ingestionId }) => held.includes(ingestionId))).toEqual([]);
  },
  longMs,
);
