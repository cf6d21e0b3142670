import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';

import { eventually } from '../e2e/eventually.js';
import { deadLetterTopic, KafkaOutsider, submittedTopic, type SeenRecord } from '../e2e/kafka-outsider.js';
import type { PenstockApi } from '../e2e/penstock-api.js';
import { aNamespace } from '../e2e/penstock-under-test.js';
import { acmeReport } from '../e2e/samples.js';
import { StoreViews } from '../e2e/store-views.js';
import { OwnRegistry, PipelineProcesses, type RoleProcesses } from './index.js';

const longMs = 400_000;
const namespace = aNamespace('registry');
const contentType = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
const outsider = new KafkaOutsider();
let registry: OwnRegistry;
let processes: PipelineProcesses;
let roles: RoleProcesses;
let stores: StoreViews;
let api: PenstockApi;
let letters: readonly SeenRecord[];

jest.setTimeout(4 * longMs);

beforeAll(async () => {
  stores = new StoreViews();
  [registry] = await Promise.all([OwnRegistry.start(), outsider.connect()]);
  letters = await outsider.watch(deadLetterTopic);
  const pipeline = ['api', 'relay', 'stager', 'parser', 'extractor', 'embedder'] as const;
  const writers = ['writer-neo4j', 'writer-postgres', 'writer-qdrant', 'writer-redis'] as const;
  const groups = [pipeline, [...writers, 'ledger', 'janitor', 'dead-letters']] as const;
  processes = await PipelineProcesses.start(groups, { PENSTOCK_REGISTRY_URL: registry.url });
  ({ roles, api } = processes);
});

afterAll(async () => {
  await processes.stop();
  await registry.stop();
  await Promise.all([stores.close(), outsider.close()]);
});

/** What an upstream system sends, without a header that names its schema; its schema has an id nobody has seen yet. */
async function upstreamRecord(documentId: string): Promise<{ readonly id: number; readonly value: Buffer }> {
  const schema = JSON.stringify({ ...submittedSchema(), doc: `What ${documentId} is sent with.` });
  const client = new SchemaRegistry({ host: registry.url });
  const { id } = await client.register({ type: SchemaType.AVRO, schema }, { subject: `${documentId}-value` });
  const content = `${acmeReport}\nThis is ${documentId}.`;
  const payload = { namespace, documentId, source: 'inline', content, submittedAt: Date.now() };
  return { id, value: await client.encode(id, payload) };
}

function submittedSchema(): { fields: { name: string }[] } {
  const source = readFileSync(new URL('../../avro/DocumentSubmitted.avsc', import.meta.url), 'utf8');
  return JSON.parse(source) as { fields: { name: string }[] };
}

/** The same, but read with it, a document's name is its namespace, and the other way round. */
function swappedSchema(): string {
  const { fields, ...schema } = submittedSchema();
  const swap: Record<string, string> = { namespace: 'documentId', documentId: 'namespace' };
  const named = (name: string): { name: string } | undefined => fields.find((field) => field.name === name);
  return JSON.stringify({ ...schema, fields: fields.map(({ name }) => named(swap[name] ?? name)) });
}

async function registerAs(subject: string, schema: string): Promise<number> {
  const init = { method: 'POST', headers: contentType, body: JSON.stringify({ schema }) };
  const response = await fetch(`${registry.url}/subjects/${subject}/versions`, init);
  return ((await response.json()) as { id: number }).id;
}

/** Gives an id of an emptied registry to the schema that reads records wrongly. */
async function giveAway(id: number): Promise<void> {
  for (let last = 0; last < id - 1;) {
    last = await registerAs(`filler-${last}`, JSON.stringify({ type: 'record', name: `Filler${last}`, fields: [] }));
  }
  expect(await registerAs('swapped', swappedSchema())).toBe(id);
}

async function ownDocumentIsLive(documentId: string): Promise<void> {
  const { ingestionId } = await api.inline(namespace, documentId, `${acmeReport}\nThis is ${documentId}.`);
  expect((await api.outcome(ingestionId, longMs)).status).toBe('live');
}

async function retries(reason: string): Promise<number> {
  const { body } = await api.ask('GET', '/metrics');
  const line = new RegExp(`^penstock_retries_total\\{role="stager"[^}]*reason="${reason}"[^}]*\\} (\\d+)`, 'm');
  return Number(line.exec(String(body['text']))?.[1] ?? 0);
}

/** The record is read, and waits. */
async function isHeldUp(value: Buffer, reason: string): Promise<void> {
  const before = await retries(reason);
  await outsider.send(submittedTopic, { value });
  await eventually(`the stager to wait: ${reason}`, async () => (await retries(reason)) > before || undefined, longMs);
}

/** These documents are live in all four stores, with words of their own. */
async function areLive(...documentIds: string[]): Promise<void> {
  await eventually(
    `${documentIds.join()} to be live`,
    async () => {
      const views = Object.values(await stores.liveIngestions(namespace));
      const [first] = views;
      const same = views.every((view) => JSON.stringify(sorted(view)) === JSON.stringify(sorted(first ?? {})));
      return (same && documentIds.every((one) => first?.[one] !== undefined)) || undefined;
    },
    longMs,
  );
  for (const documentId of documentIds) {
    const rows = await stores.sql(
      'SELECT text FROM penstock.live_chunks WHERE namespace = $1 AND document_id = $2 ORDER BY seq',
      [namespace, documentId],
    );
    expect(rows.map(({ text }) => text).join('\n')).toContain(`This is ${documentId}.`);
  }
}

function sorted(view: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(view).sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('a schema registry that', () => {
  it('is down holds up what only it can explain, and a process that starts; nothing else, and nothing is lost', async () => {
    const writers = roles.all[1];
    await ownDocumentIsLive('before');
    const { value } = await upstreamRecord('sent-while-down');

    await registry.goAway();
    await ownDocumentIsLive('own-while-down');
    await isHeldUp(value, 'registry-unreachable');
    writers?.terminate();
    await eventually('a start in vain', () => (writers?.ends.length ?? 0) > 0 || undefined, longMs);
    const waiting = await api.inline(namespace, 'own-without-writers', `${acmeReport}\nThis is own-without-writers.`);
    await registry.comeBack();

    await writers?.isReady();
    expect((await api.outcome(waiting.ingestionId, longMs)).status).toBe('live');
    await areLive('before', 'own-while-down', 'own-without-writers', 'sent-while-down');
    expect(letters).toEqual([]);
  });

  it('comes back empty makes nothing a dead letter, and once it is restored everything becomes live', async () => {
    const { value } = await upstreamRecord('sent-while-empty');

    await registry.forget();
    await ownDocumentIsLive('own-while-empty');
    await isHeldUp(value, 'registry-changed');
    await registry.remember();

    await areLive('own-while-empty', 'sent-while-empty');
    expect(letters).toEqual([]);
  });

  it('gives ids to other schemas deceives nobody, warm or cold', async () => {
    const { id, value } = await upstreamRecord('sent-while-renumbered');

    await registry.forget();
    await giveAway(id);
    roles.all[1]?.terminate();
    await ownDocumentIsLive('own-while-renumbered');
    await isHeldUp(value, 'registry-changed');
    await registry.remember();
    roles.all[1]?.terminate();

    await areLive('own-while-renumbered', 'sent-while-renumbered');
    const swapped = await api.ask('GET', '/v1/ingestions?namespace=sent-while-renumbered');
    expect(swapped.body['items']).toEqual([]);
    expect(letters).toEqual([]);
  });
});
