import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';

import type { StackAddresses } from '#stack';

import { roleNames } from '../../apps/roles.js';
import { look } from '../chaos/look.js';
import { groupsOfRoles, quiescence } from '../chaos/quiescence.js';
import { readTopics, topicNames } from '../chaos/read-topics.js';
import { StoreContents } from '../chaos/store-contents.js';
import { readSagaLog, violations, type Operation } from '../checker/index.js';
import type { Accepted, PenstockApi } from '../e2e/penstock-api.js';
import { aNamespace } from '../e2e/penstock-under-test.js';
import { runPenstock } from '../e2e/run-penstock.js';
import { testStack } from '../services/addresses.js';
import { OwnServices, PipelineProcesses, type RoleProcesses } from './index.js';

const withinMs = 400_000;
const namespace = aNamespace('partitions');
const database = namespace.replace('-', '_');
const [few, many] = [2, 5];
const documentIds = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const history: Operation[] = [];
let services: OwnServices;
let addresses: StackAddresses;
let settings: Record<string, string>;
let contents: StoreContents;
let processes: PipelineProcesses;
let roles: RoleProcesses;
let api: PenstockApi;

jest.setTimeout(4 * withinMs);

/** A Kafka and a database of its own: whoever changes partitions changes them for all. */
beforeAll(async () => {
  services = await OwnServices.prepare('partitions');
  await services.begin('kafka');
  await asOwner(`CREATE DATABASE ${database}`);
  const postgres = new URL(testStack().postgres);
  postgres.pathname = `/${database}`;
  addresses = { ...services.addresses, ...testStack(), kafka: services.addresses.kafka, postgres: postgres.href };
  contents = new StoreContents(addresses);
  settings = {
    ...{ PENSTOCK_KAFKA_BROKERS: addresses.kafka, PENSTOCK_POSTGRES_URL: postgres.href },
    PENSTOCK_PARTITIONS: String(few),
  };
  processes = await PipelineProcesses.start([roleNames], settings);
  ({ roles, api } = processes);
});

afterAll(async () => {
  await processes.stop();
  await contents.close();
  await asOwner(`DROP DATABASE ${database} WITH (FORCE)`);
  await services.stop();
});

function asOwner(statement: string): Promise<unknown> {
  return rowsIn(testStack().postgres, statement);
}

async function rowsIn(connectionString: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<object>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function put(documentId: string, text: string): Promise<Accepted> {
  const content = `${text} of ${documentId}.\n\nJohn Smith is the CEO of ACME Corporation.`;
  const accepted = await api.inline(namespace, documentId, content);
  history.push({ kind: 'put', namespace, documentId, content, result: 'ok', ...told(accepted) });
  return accepted;
}

async function remove(documentId: string): Promise<Accepted> {
  const accepted = await api.retract(namespace, documentId);
  history.push({ kind: 'delete', namespace, documentId, content: '', result: 'ok', ...told(accepted) });
  return accepted;
}

function told({ ingestionId, version }: Accepted): Pick<Accepted, 'ingestionId' | 'version'> {
  return { ingestionId, version };
}

async function statuses(accepted: readonly Accepted[]): Promise<Set<string>> {
  const seen = await Promise.all(accepted.map(({ ingestionId }) => api.outcome(ingestionId, withinMs)));
  return new Set(seen.map(({ status }) => status));
}

/** Nothing is on its way any more. */
async function quiet(): Promise<string> {
  const calm = { brokers: [addresses.kafka], api: api.address, contents, namespaces: [namespace] };
  return (await quiescence({ ...calm, groups: groupsOfRoles, giveUpMs: withinMs })).unrest;
}

/** In which partitions of all topics each document's events lie. */
async function placesOf(documentId: string): Promise<Set<number>> {
  const records = await readTopics(addresses.kafka, topicNames, new Map());
  return new Set(records.filter(({ key }) => key === `${namespace}/${documentId}`).map(({ partition }) => partition));
}

describe('more partitions', () => {
  it('are refused while roles run, and while something is on its way', async () => {
    const accepted = await Promise.all(documentIds.map((documentId) => put(documentId, 'First version')));
    const early = await runPenstock(['partitions', String(many)], settings);
    expect(await statuses(accepted)).toEqual(new Set(['live']));
    expect(await quiet()).toBe('');
    const late = await runPenstock(['partitions', String(many)], settings);

    expect(early).toMatchObject({ code: 1, out: '' });
    expect(late).toMatchObject({ code: 1, out: '', err: expect.stringContaining('writer-neo4j still runs: 1') });
  });

  it('are there for all topics once all is quiet and has stopped, and roles keep to the number they are told', async () => {
    await roles.halt('SIGTERM');
    const { code, err, out } = await runPenstock(['partitions', String(many), '--json'], settings);
    const again = await runPenstock(['partitions', String(few)], settings);

    expect({ code, err }).toEqual({ code: 0, err: '' });
    const had = Object.fromEntries(topicNames.map((name) => [name, few]));
    expect(JSON.parse(out)).toEqual({ partitions: many, had });
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining(`has ${many} partitions`) });
  });

  it('are asked for on record, with what came of it each time', async () => {
    const columns = `act, namespace, subject, outcome, actor LIKE 'shell:%@%' AS by_shell`;

    const seen = await rowsIn(addresses.postgres, `SELECT ${columns} FROM penstock.admin_acts ORDER BY id`);

    const act = { act: 'partitions.add', namespace: null, by_shell: true };
    expect(seen).toEqual([
      { ...act, subject: String(many), outcome: 'not-quiet' },
      { ...act, subject: String(many), outcome: 'not-quiet' },
      { ...act, subject: String(many), outcome: 'done' },
      { ...act, subject: String(few), outcome: 'fewer-partitions' },
    ]);
  });

  it('hold the next events of documents whose earlier ones are elsewhere, and every store has the newest version', async () => {
    for (const process of roles.all) process.restartWith({ PENSTOCK_PARTITIONS: String(many) });
    await roles.start();
    const changed = documentIds.slice(0, 5);
    const removed = documentIds.slice(5);

    expect(await statuses(await Promise.all(changed.map((id) => put(id, 'Second version'))))).toEqual(
      new Set(['live']),
    );
    expect(await statuses(await Promise.all(removed.map(remove)))).toEqual(new Set(['retracted']));
    expect(await statuses(await Promise.all(['i', 'j'].map((id) => put(id, 'Only version'))))).toEqual(
      new Set(['live']),
    );
    expect(await quiet()).toBe('');

    const places = await Promise.all(documentIds.map(placesOf));
    expect(places.some((one) => one.size > 1)).toBe(true);
    const world = { addresses, contents, stagingFolder: processes.stagingFolder };
    const { observed, sagaLog } = await look(world, { namespaces: [namespace], began: new Map(), history });
    // A document's events are in two partitions now, and all was quiet in between.
    const inOrder = [...sagaLog].sort((a, b) => a.timestampMs - b.timestampMs);
    const log = readSagaLog(inOrder);
    expect([...log.live.values()].map(({ document }) => document).sort()).toEqual(
      [...changed, 'i', 'j'].map((documentId) => `${namespace}/${documentId}`),
    );
    expect(violations({ ...observed, sagaLog: inOrder }, log)).toEqual([]);
  });
});
