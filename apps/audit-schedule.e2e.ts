import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { auditMigrations, keepReport, type AuditReport } from '#audit';
import { loadConfig } from '#config';
import { migrate } from '#database';
import { outboxMigrations } from '#outbox';

import { freshDatabase } from '../libs/stores/postgres/fresh-database.contract.js';
import { stackEnvironment } from '../test/e2e/penstock-under-test.js';
import { AuditSchedule } from './audit-schedule.js';
import { createPlatform, type Platform } from './platform.js';

const finishedAtMs = 1_764_000_000_000;
const torn = { kind: 'torn', store: 'redis', count: 2 } as const;
let platform: Platform;
let schedule: AuditSchedule;
let closers: readonly (() => Promise<void>)[];

beforeAll(async () => {
  const made = createPlatform(loadConfig({ ...stackEnvironment(), PENSTOCK_AUDIT_INTERVAL: 'off' }), 'audit-schedule');
  const { pool, drop } = await freshDatabase();
  await migrate(pool, [...outboxMigrations, ...auditMigrations]);
  platform = { ...made, pool };
  schedule = new AuditSchedule(platform);
  closers = [() => schedule.close(), drop, () => made.pool.end()];
});

afterAll(async () => {
  for (const close of closers) await close();
});

/** Keeps what an audit by somebody else came to. */
function keep(findings: AuditReport['findings'], namespace?: string): Promise<void> {
  const outcomes = { found: findings.length, healed: 0, removed: 0, left: 0 };
  const report = { documents: 7, findings, outcomes, startedAtMs: finishedAtMs - 60_000, finishedAtMs };
  return keepReport(platform.pool, report, { repair: false, namespace });
}

/** Documents, seconds since 1970 and findings as a scraper is told them. */
async function shown(): Promise<unknown[]> {
  const { auditDocuments, auditFinished, auditFindings } = platform.metrics;
  const all = await Promise.all([auditDocuments.get(), auditFinished.get(), auditFindings.get()]);
  return all.map(({ values }) => values.map(({ value, labels }) => ({ ...labels, value })));
}

describe('what a janitor that never audits shows of audits', () => {
  it('is nothing before the first one, and then what the last one of all namespaces came to', async () => {
    await schedule.runIfDue();
    const before = await shown();
    await keep([torn]);
    await keep([], 'one-of-many');
    await schedule.runIfDue();
    const damaged = await shown();
    await keep([]);
    await schedule.runIfDue();

    const whole = [[{ value: 7 }], [{ value: finishedAtMs / 1000 }]];
    expect(before).toEqual([[], [], []]);
    expect(damaged).toEqual([...whole, [{ kind: 'torn', store: 'redis', value: 2 }]]);
    expect(await shown()).toEqual([...whole, []]);
  });

  it('is no time within which one is due', async () => {
    expect((await platform.metrics.auditInterval.get()).values).toEqual([]);
  });
});
