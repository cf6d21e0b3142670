import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { eventually } from './eventually.js';
import { KafkaOutsider, submittedTopic, type SeenRecord } from './kafka-outsider.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import type { IngestionSeen } from './penstock-api.js';
import { acmeReport } from './samples.js';
import { StoreViews } from './store-views.js';

const topics = ['submitted', 'staged', 'parsed', 'extracted', 'saga', 'outcomes'].map(
  (name) => `penstock.documents.${name}`,
);
const namespace = aNamespace('upstream');
const outsider = new KafkaOutsider();
let penstock: PenstockUnderTest;
let stores: StoreViews;
let records: readonly SeenRecord[];

beforeAll(async () => {
  stores = new StoreViews();
  [penstock] = await Promise.all([startPenstock(), outsider.connect()]);
  records = await outsider.watch(...topics);
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([stores.close(), outsider.close()]);
  expect(penstock.fatal).toEqual([]);
});

function liveIngestion(documentId: string): Promise<IngestionSeen> {
  return eventually(`${documentId} to be live`, async () => {
    const { body } = await penstock.api.ask(
      'GET',
      `/v1/ingestions?namespace=${namespace}&documentId=${documentId}&status=live`,
    );
    return (body['items'] as IngestionSeen[])[0];
  });
}

describe('an upstream system that knows nothing of Penstock but a schema and a topic', () => {
  it('sends a record without key or headers, and its document becomes live', async () => {
    await outsider.submit({ namespace, documentId: 'plain', content: acmeReport, metadata: { origin: 'erp' } });

    const seen = await liveIngestion('plain');

    expect(seen).toMatchObject({ version: 1, source: 'inline', metadata: { origin: 'erp' } });
    const live = Object.values(await stores.liveIngestions(namespace));
    expect(live.map(({ plain }) => plain)).toEqual(Array.from({ length: 4 }, () => seen.ingestionId));
  });

  it('sends NUL where no store takes it, and the document becomes live without', async () => {
    const said = { title: 'The\u0000 plant', location: 'erp\u0000/7', metadata: { 'te\u0000am': 'nor\u0000th' } };
    await outsider.submit({ namespace, documentId: 'nul', content: 'Words\u0000 of a plant.', ...said });

    await liveIngestion('nul');

    const [row] = await stores.sql(
      'SELECT title, location, metadata FROM penstock.live_documents WHERE namespace = $1 AND document_id = $2',
      [namespace, 'nul'],
    );
    expect(row).toMatchObject({ title: 'The plant', location: 'erp/7', metadata: { team: 'north' } });
  });

  it('sends the same record twice, and there is one version of it', async () => {
    const value = await outsider.encodeSubmitted({
      ...{ namespace, documentId: 'twice', source: 'inline' },
      content: 'Words.',
      submittedAt: 7,
    });
    await outsider.send(submittedTopic, { key: `${namespace}/twice`, value }, { key: `${namespace}/twice`, value });
    await outsider.submit({ namespace, documentId: 'after', content: 'Words.' });
    await Promise.all([liveIngestion('twice'), liveIngestion('after')]);

    const { body } = await penstock.api.ask('GET', `/v1/ingestions?namespace=${namespace}&documentId=twice`);
    expect(body['items']).toHaveLength(1);
  });
});

describe('a downstream system that reads the topics', () => {
  let events: readonly SeenRecord[];
  let ingestion: IngestionSeen;

  beforeAll(async () => {
    const accepted = await penstock.api.inline(namespace, 'document ä', acmeReport);
    ingestion = await penstock.api.outcome(accepted.ingestionId);
    const ours = (): SeenRecord[] =>
      records.filter(({ headers }) => headers['ce_ingestionid'] === ingestion.ingestionId);
    const concluded = 'io.penstock.events.v1.IngestionConcluded';
    await eventually('the conclusion', () => ours().find(({ headers }) => headers['ce_type'] === concluded));
    events = ours();
  });

  it('finds every event as a CloudEvent in binary mode, keyed by its document', () => {
    const types = new Set(events.map(({ headers }) => headers['ce_type']?.replace('io.penstock.events.v1.', '')));
    const all = ['Submitted', 'Staged', 'Parsed', 'Extracted', 'Embedded'].map((step) => `Document${step}`);
    expect(types).toEqual(new Set([...all, 'StoreWritten', 'StorePromoted', 'IngestionConcluded']));
    for (const { headers, key } of events) {
      expect(key).toBe(`${namespace}/document ä`);
      expect(headers).toMatchObject({ ce_specversion: '1.0', 'content-type': 'application/avro' });
      expect(headers['ce_id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers['ce_source']).toMatch(/^\/penstock\/[a-z0-9-]+$/);
      expect(decodeURI(headers['ce_subject'] ?? '')).toBe(key);
      expect(new Date(headers['ce_time'] ?? '').toISOString()).toBe(headers['ce_time']);
    }
    expect(new Set(events.map(({ headers }) => headers['ce_id'])).size).toBe(events.length);
  });

  it('decodes every value with the registry client alone', async () => {
    for (const { headers, value } of events) {
      const payload = (await outsider.registry.decode(value ?? Buffer.alloc(0))) as Record<string, unknown>;
      expect(payload).toMatchObject({
        namespace,
        documentId: 'document ä',
        ingestionId: ingestion.ingestionId,
        version: 1,
      });
      expect(headers['ce_documentversion']).toBe('1');
    }
  });

  it('finds the schemas under their full names, and changes that break readers are refused', async () => {
    const registry = penstock.config.registryUrl;
    const subjects = (await (await fetch(`${registry}/subjects`)).json()) as string[];
    for (const { headers } of events) expect(subjects).toContain(headers['ce_type']);
    const fields = [{ name: 'documentId', type: 'int' }];
    const broken = { type: 'record', name: 'StoreWritten', namespace: 'io.penstock.events.v1', fields };
    const answer = await fetch(`${registry}/subjects/io.penstock.events.v1.StoreWritten/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema: JSON.stringify(broken) }),
    });
    expect(answer.status).toBe(409);
  });
});
