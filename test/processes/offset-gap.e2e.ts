import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { roleNames } from '../../apps/roles.js';

import { eventually } from '../e2e/eventually.js';
import { sagaTopic as topic } from '../e2e/kafka-outsider.js';
import type { Accepted, PenstockApi } from '../e2e/penstock-api.js';
import { aNamespace } from '../e2e/penstock-under-test.js';
import { runPenstock } from '../e2e/run-penstock.js';
import { acmeReport } from '../e2e/samples.js';
import { StoreViews } from '../e2e/store-views.js';
import { PipelineProcesses, type RoleProcesses } from './index.js';
import { TopicRetention } from './topic-retention.js';

const longMs = 400_000;
const retention = new TopicRetention('writer-redis', longMs);
const { groupId } = retention;
const namespace = aNamespace('gap');
let processes: PipelineProcesses;
let roles: RoleProcesses;
let stores: StoreViews;
let api: PenstockApi;

jest.setTimeout(4 * longMs);

beforeAll(async () => {
  stores = new StoreViews();
  await retention.connect();
  const others = roleNames.filter((name) => name !== 'writer-redis');
  processes = await PipelineProcesses.start([others, ['writer-redis']], { PENSTOCK_LOG_LEVEL: 'error' });
  ({ roles, api } = processes);
});

afterAll(async () => {
  await processes.stop();
  // What comes after on this stack must find its groups in order, whatever was found here.
  await retention.moveOn();
  await Promise.all([retention.close(), stores.close()]);
});

async function gapMetric(): Promise<number | undefined> {
  const { body } = await api.ask('GET', '/metrics');
  const line = /^penstock_offset_gap_events\{role="writer-redis",topic="penstock.documents.saga"\} (\d+)/m;
  return Number(line.exec(String(body['text']))?.[1] ?? 0);
}

function ingest(text: string): Promise<Accepted> {
  return api.inline(namespace, 'report', text);
}

describe('a role process whose records retention removed', () => {
  it('ends with exit code 1 each time, everybody can see why, and it skips nothing until it is told to', async () => {
    const [, redis] = roles.all;
    const first = await ingest(acmeReport);
    expect((await api.outcome(first.ingestionId, longMs)).status).toBe('live');
    await retention.allRead();
    await redis?.stop('SIGTERM');

    const missed = await ingest(`${acmeReport}\nOla Berg joined.`);
    await api.writtenByThree(missed.ingestionId, longMs);
    await api.ask('DELETE', `/v1/ingestions/${missed.ingestionId}`);
    await retention.allRead(groupId);
    const before = await retention.committed();
    await retention.expire();
    redis?.start();
    await eventually('two ends', () => (redis?.ends.length ?? 0) >= 2 || undefined, longMs);

    expect(new Set(redis?.ends)).toEqual(new Set(['1']));
    expect(readFileSync(processes.log, 'utf8')).toMatch(/"reason":"offset-gap"[^\n]*records would be skipped/);
    expect(readFileSync(processes.log, 'utf8')).toMatch(/penstock\.documents\.saga\/\d+: retention removed offsets/);
    const records = await eventually('the metric', async () => (await gapMetric()) || undefined, longMs);
    expect(records).toBe(
      (await retention.lags()).reduce((sum, { group, gap }) => sum + (group === groupId ? gap : 0), 0),
    );
    const { out, code } = await runPenstock(['status', '--json'], { PENSTOCK_HTTP_PORT: String(processes.port) });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ gaps: [{ role: 'writer-redis', topic, records }] });
    expect(await retention.committed()).toBe(before);
    const { redis: shown } = await stores.liveIngestions(namespace);
    expect(shown).toEqual({ report: first.ingestionId });
  });

  it('goes on when its group was moved past the gap, and the next version becomes live in all four stores', async () => {
    const [, redis] = roles.all;
    await redis?.leave();
    await retention.moveOn();
    redis?.start();
    await redis?.isReady();

    const next = await ingest(`${acmeReport}\nOla Berg joined and stayed.`);
    expect((await api.outcome(next.ingestionId, longMs)).status).toBe('live');

    const live = { report: next.ingestionId };
    expect(await stores.liveIngestions(namespace)).toEqual({ postgres: live, neo4j: live, qdrant: live, redis: live });
    await eventually('the metric to be 0', async () => (await gapMetric()) === 0 || undefined, longMs);
    const { out } = await runPenstock(['status', '--json'], { PENSTOCK_HTTP_PORT: String(processes.port) });
    expect(JSON.parse(out)).toMatchObject({ gaps: [] });
  });
});
