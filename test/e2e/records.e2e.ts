import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { eventually } from './eventually.js';
import { KafkaOutsider } from './kafka-outsider.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { acceptedOf, type IngestionSeen } from './penstock-api.js';
import { StoreViews } from './store-views.js';

const patienceMs = 150_000;
const namespace = aNamespace('records');
const outsider = new KafkaOutsider();
let penstock: PenstockUnderTest;
let stores: StoreViews;
let folder: string;

const order = {
  schema: {
    type: 'object',
    required: ['customer'],
    properties: { customer: { type: 'object', properties: { name: { type: 'string' } } } },
  },
  entities: [
    { field: 'customer.name', type: 'Organization' },
    { field: 'contacts[].name', type: 'Person' },
  ],
  relations: [
    {
      source: 'contacts[].name',
      relation: 'ORDERS_FOR',
      target: 'customer.name',
      fact: '{source} orders for {target}',
    },
  ],
};
const record = {
  id: 12345678901234567890n,
  customer: { name: 'globex inc' },
  contacts: [{ name: 'jane' }, { name: 'joe' }],
  note: 'John Smith is CEO of ACME Corporation.',
};
const json = JSON.stringify(record, (_key, value: unknown) => (typeof value === 'bigint' ? 17 : value)).replace(
  '17',
  '12345678901234567890',
);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-types-'));
  await writeFile(join(folder, 'order.json'), JSON.stringify(order));
  stores = new StoreViews();
  [penstock] = await Promise.all([startPenstock({ recordTypesFolder: folder }), outsider.connect()]);
}, patienceMs);

afterAll(async () => {
  await penstock.stop();
  await Promise.all([stores.close(), outsider.close(), rm(folder, { recursive: true })]);
  expect(penstock.fatal).toEqual([]);
}, patienceMs);

function ofDocument(documentId: string): Promise<IngestionSeen> {
  return eventually(
    `the end of ${documentId}`,
    async () => {
      const { body } = await penstock.api.ask('GET', `/v1/ingestions?namespace=${namespace}&documentId=${documentId}`);
      const [seen] = body['items'] as IngestionSeen[];
      return seen?.status === 'live' || seen?.status === 'failed' ? seen : undefined;
    },
    patienceMs,
  );
}

async function entities(documentId: string): Promise<unknown[]> {
  const rows = await stores.sql(
    `SELECT DISTINCT e.name, e.type, m.evidence FROM penstock.live_mentions m
     JOIN penstock.live_entities e ON e.uuid = m.entity_uuid AND e.namespace = m.namespace
     WHERE m.namespace = $1 AND m.document_id = $2 ORDER BY e.name`,
    [namespace, documentId],
  );
  return rows.map(({ name, type, evidence }) => [name, type, evidence]);
}

const mapped = [
  ['globex Inc.', 'Organization', 'globex inc'],
  ['jane', 'Person', 'jane'],
  ['joe', 'Person', 'joe'],
];

describe('a record whose type is known', () => {
  it(
    'becomes live with the entities and facts of its fields, and no model is asked',
    async () => {
      const answers = await stores.sql('SELECT count(*) FROM penstock.answers');
      const body = `{"namespace": "${namespace}", "documentId": "order-1", "type": "order", "record": ${json}}`;
      const { ingestionId } = acceptedOf(await penstock.api.json('/v1/records', body));

      expect(await penstock.api.outcome(ingestionId, patienceMs)).toMatchObject({ status: 'live' });

      expect(await entities('order-1')).toEqual(mapped);
      const facts = await stores.sql('SELECT fact, relation FROM penstock.live_facts WHERE namespace = $1 ORDER BY 1', [
        namespace,
      ]);
      expect(facts).toEqual([
        { fact: 'jane orders for globex inc', relation: 'ORDERS_FOR' },
        { fact: 'joe orders for globex inc', relation: 'ORDERS_FOR' },
      ]);
      const [row] = await stores.sql(
        `SELECT record ->> 'id' AS id, record -> 'customer' ->> 'name' AS name FROM penstock.live_records
         WHERE namespace = $1 AND document_id = 'order-1'`,
        [namespace],
      );
      expect(row).toEqual({ id: '12345678901234567890', name: 'globex inc' });
      expect(await stores.sql('SELECT count(*) FROM penstock.answers')).toEqual(answers);
      const episodes = await stores.cypher(
        'MATCH (:Entity {group_id: $namespace, name: "jane"})-[r:RELATES_TO]->(b:Entity) RETURN r.name AS name, b.name AS to',
        { namespace },
      );
      expect(episodes).toEqual([{ name: 'ORDERS_FOR', to: 'globex Inc.' }]);
    },
    patienceMs * 2,
  );

  it('is refused at the door if it is not as its type says, with the way to what is wrong', async () => {
    const bad = { namespace, documentId: 'bad', type: 'order', record: { customer: { name: 17 } } };

    expect(await penstock.api.json('/v1/records', bad)).toMatchObject({
      status: 400,
      body: { reason: 'invalid-record', detail: expect.stringContaining('/customer/name must be string') },
    });
  });

  it(
    'comes through Kafka just as well, and fails there with the same reason',
    async () => {
      const common = { namespace, source: 'json_record', metadata: { record_type: 'order' } };
      await outsider.submit({ ...common, documentId: 'kafka-good', content: json });
      await outsider.submit({ ...common, documentId: 'kafka-bad', content: '{"customer": {"name": 17}}' });

      expect(await ofDocument('kafka-bad')).toMatchObject({
        status: 'failed',
        error: { reason: 'invalid-record', message: expect.stringContaining('/customer/name must be string') },
      });
      expect(await ofDocument('kafka-good')).toMatchObject({ status: 'live' });
      expect(await entities('kafka-good')).toEqual(mapped);
    },
    patienceMs * 2,
  );
});

describe('records, a line each', () => {
  const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': 'batch-1' };

  async function send(lines: readonly string[]): Promise<Record<string, unknown>[]> {
    const response = await fetch(`${penstock.api.address}/v1/records`, {
      method: 'POST',
      headers,
      body: lines.join('\n'),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringContaining('x-ndjson')]);
    const text = await response.text();
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  it(
    'are accepted or refused each by itself, in order, and once however often they are sent',
    async () => {
      const line = (documentId: string, more: object = {}): string =>
        JSON.stringify({ namespace, documentId, record: { customer: { name: 'initech' } }, ...more });
      const lines = [
        line('line-1', { type: 'order' }),
        'no JSON',
        line('line-2', { type: 'order', record: {} }),
        '',
        line('line-3', { misspelt: 1 }),
        `{"documentId": "deep", "record": ${'['.repeat(200)}${']'.repeat(200)}}`,
        line('long', { record: { text: 'x'.repeat(1_100_000) } }),
        line('line-1', { record: { customer: { name: 'initech' }, again: true } }),
      ];

      const outcomes = await send(lines);

      expect(outcomes.map((one) => [one['line'], one['status'], one['reason'] ?? one['version']])).toEqual([
        [1, 202, 1],
        [2, 400, 'bad-json'],
        [3, 400, 'invalid-record'],
        [5, 400, 'bad-request'],
        [6, 400, 'bad-request'],
        [7, 413, 'too-large'],
        [8, 202, 2],
      ]);
      expect(await send(lines)).toEqual(outcomes);
      const last = outcomes.at(-1)?.['ingestionId'];
      expect(await penstock.api.outcome(String(last), patienceMs)).toMatchObject({ status: 'live', version: 2 });
    },
    patienceMs * 2,
  );
});
