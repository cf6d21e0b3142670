import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { roleNames } from '../../apps/roles.js';

import { eventually } from '../e2e/eventually.js';
import { KafkaOutsider, sagaTopic, type SeenRecord } from '../e2e/kafka-outsider.js';
import type { PenstockApi } from '../e2e/penstock-api.js';
import { aNamespace } from '../e2e/penstock-under-test.js';
import { runAudit } from '../e2e/run-audit.js';
import { acmeReport } from '../e2e/samples.js';
import { StoreViews } from '../e2e/store-views.js';
import { PipelineProcesses, type RoleProcesses } from './index.js';
import { threeDaysPass, TopicRetention } from './topic-retention.js';

const longMs = 400_000;
const retention = new TopicRetention('writer-neo4j', longMs);
const namespace = aNamespace('missed');
const outsider = new KafkaOutsider();
const gone = { written: '', retraction: '' };
let decided = '';
let undone = '';
let records: readonly SeenRecord[];
let processes: PipelineProcesses;
let roles: RoleProcesses;
let stores: StoreViews;
let api: PenstockApi;

jest.setTimeout(4 * longMs);

beforeAll(async () => {
  stores = new StoreViews();
  await Promise.all([retention.connect(), outsider.connect()]);
  const others = roleNames.filter((name) => name !== 'writer-neo4j' && name !== 'writer-redis');
  processes = await PipelineProcesses.start([others, ['writer-neo4j'], ['writer-redis']], {
    PENSTOCK_LOG_LEVEL: 'error',
  });
  ({ roles, api } = processes);
  records = await outsider.watch(sagaTopic);
});

afterAll(async () => {
  await processes.stop();
  await retention.moveOn();
  await Promise.all([retention.close(), stores.close(), outsider.close()]);
});

async function storesSay(ingestionId: string, wanted: Readonly<Record<string, string>>): Promise<void> {
  await eventually(
    `the stores to be ${JSON.stringify(wanted)}`,
    async () => {
      const { stores: said } = await api.ingestion(ingestionId);
      return Object.entries(wanted).every(([store, state]) => said[store] === state) || undefined;
    },
    longMs,
  );
}

/** As whoever gave a version up asks for it, without having heard of the decision. */
function askToUndo(documentId: string, ingestionId: string): Promise<void> {
  return outsider.sendEvent(sagaTopic, 'CompensationRequested', {
    ...{ namespace, documentId, ingestionId, version: 1, requestedBy: 'deadline' },
    ...{ reason: 'deadline', message: 'too late', requestedAt: Date.now(), confirmed: false },
  });
}

async function audited(...flags: string[]): Promise<string[]> {
  const { findings } = (await runAudit(namespace, flags)).report;
  return findings.map(({ kind, store, outcome }) => `${kind} ${store} ${outcome}`).sort();
}

describe('a writer that comes back after retention removed what it had not read', () => {
  it('has missed a decision and a deletion, which the other stores have carried out', async () => {
    const [, neo4j, redis] = roles.all;
    gone.written = (await api.inline(namespace, 'gone', acmeReport)).ingestionId;
    expect((await api.outcome(gone.written, longMs)).status).toBe('live');
    await retention.allRead();

    await redis?.stop('SIGTERM');
    decided = (await api.inline(namespace, 'report', `${acmeReport}\nOla Berg joined.`)).ingestionId;
    undone = (await api.inline(namespace, 'undone', acmeReport)).ingestionId;
    const written = { neo4j: 'written', postgres: 'written', qdrant: 'written' };
    for (const id of [decided, undone]) await storesSay(id, written);
    await neo4j?.stop('SIGTERM');
    redis?.start();
    gone.retraction = (await api.retract(namespace, 'gone')).ingestionId;
    const behind = { neo4j: 'written', postgres: 'live', qdrant: 'live', redis: 'live' };
    for (const id of [decided, undone]) await storesSay(id, behind);
    await storesSay(gone.retraction, { neo4j: 'pending', postgres: 'retracted', qdrant: 'retracted' });
    await retention.allRead(retention.groupId);
    await retention.expire();
    await retention.moveOn();
    neo4j?.start();
    await neo4j?.isReady();

    const live = await stores.liveIngestions(namespace);
    expect(live.neo4j).toEqual({ gone: gone.written });
    for (const store of ['postgres', 'qdrant', 'redis'] as const)
      expect(live[store]).toEqual({ report: decided, undone });
    expect(await audited()).toEqual([]);
  });

  it('does not obey a request to undo that comes after the decision it has missed', async () => {
    await askToUndo('report', decided);
    await retention.allRead();

    await storesSay(decided, { neo4j: 'written', postgres: 'live', qdrant: 'live', redis: 'live' });
  });

  it('obeys one that stands beside a part that comes again: it can not tell that from one that came in time', async () => {
    const isPart = ({ headers }: SeenRecord): boolean =>
      headers['ce_ingestionid'] === undone && headers['ce_type']?.endsWith('DocumentEmbedded') === true;
    const part = records.find(isPart);

    await outsider.send(sagaTopic, { key: part?.key ?? '', value: part?.value ?? null, headers: part?.headers ?? {} });
    await askToUndo('undone', undone);

    await storesSay(undone, { neo4j: 'rolled_back', postgres: 'live', qdrant: 'live', redis: 'live' });
  });

  it('is told of the deletion again at the saga deadline', async () => {
    await threeDaysPass(stores, namespace);

    expect((await api.outcome(gone.retraction, longMs)).status).toBe('retracted');
    expect((await stores.liveIngestions(namespace)).neo4j).toEqual({});
  });

  it('is healed of both decisions by the audit, and then all four stores and the ledger agree', async () => {
    const wrong = (outcome: string): string[] =>
      ['missing', 'not-visible', 'unconcluded', 'unconcluded'].map((kind) => `${kind} neo4j ${outcome}`);
    expect(await audited()).toEqual(wrong('found'));
    expect(await audited('--repair')).toEqual(wrong('healed'));

    for (const id of [decided, undone]) expect((await api.outcome(id, longMs)).status).toBe('live');
    const live = { report: decided, undone };
    expect(await stores.liveIngestions(namespace)).toEqual({ postgres: live, neo4j: live, qdrant: live, redis: live });
    expect(await audited()).toEqual([]);
  });

  it('takes the next version like any other', async () => {
    const { ingestionId } = await api.inline(namespace, 'report', `${acmeReport}\nOla Berg joined and stayed.`);

    expect((await api.outcome(ingestionId, longMs)).status).toBe('live');
    const { neo4j } = await stores.liveIngestions(namespace);
    expect(neo4j).toEqual({ report: ingestionId, undone });
  });
});
