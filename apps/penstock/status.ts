import type { Command } from 'commander';

import { readLastAudit } from '#audit';
import { TroubleReader } from '#board';
import { loadConfig, type Config } from '#config';
import { createPool } from '#database';
import { classify } from '#failure';
import {
  fetchDeadLetterCount,
  fetchLag,
  fetchMembers,
  groupOf,
  roleOf,
  type KafkaConnection,
  type PartitionLag,
} from '#kafka';
import { stackStatus, type ServiceState } from '#stack';
import { createLogger, type Log } from '#telemetry';
import { UsageReader } from '#usage';

import { kafkaConnection, trustAuthorities } from '../connections.js';
import { consumingRoles } from '../roles.js';

import { ApiClient } from './api-client.js';
import { describeStatus, needsAttention, type ServiceReport, type Status } from './describe-status.js';
import { probeServices, type Probe } from './probe-services.js';
import type { Terminal } from './terminal.js';
import { stackOptions } from './stack-options.js';

/** `penstock status`: health at a glance; exit 1 if somebody has to do something. */
export function addStatus(program: Command, terminal: Terminal): void {
  program
    .command('status')
    .description('show services, roles, lag, outbox, stuck sagas, open breakers and dead letters')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      const status = await readStatus(loadConfig(), terminal);
      terminal.out(json === true ? JSON.stringify(status, null, 2) : describeStatus(status));
      if (needsAttention(status)) terminal.exitCode = 1;
    });
}

async function readStatus(config: Config, terminal: Terminal): Promise<Status> {
  trustAuthorities(config);
  const services: Record<string, ServiceReport> = {};
  const [native, probes] = await Promise.all([stackStatus(stackOptions(config)), probeServices(config)]);
  for (const one of native) services[one.service] = serviceReport(probes[one.service], one);
  const api = ApiClient.of(config, terminal);
  const ready = await api.ready();
  services['api'] = { address: api.address, healthy: ready, state: ready ? 'healthy' : 'away' };
  const kafkaUp = services['kafka']?.healthy === true;
  const kafka = kafkaConnection(config);
  const log = createLogger('silent');
  const lags = kafkaUp ? await fetchLag({ ...kafka, log }) : undefined;
  return {
    services,
    roles: kafkaUp ? await readRoles(kafka, log) : [],
    lag: lags === undefined ? null : lagByRole(lags),
    gaps: (lags ?? []).filter(({ gap }) => gap > 0).map(gapOf),
    ...(services['postgres']?.healthy === true ? await readTables(config) : unknownTables),
    deadLetters: kafkaUp ? await fetchDeadLetterCount({ ...kafka, log }) : null,
  };
}

/** A service that does not answer may be one of this machine's stack that is starting, or that crashed. */
function serviceReport({ address, problem }: Probe, { state, log, pid }: ServiceState): ServiceReport {
  if (problem === undefined) return { address, healthy: true, state: 'healthy' };
  const isOurs = pid !== undefined || state === 'crashed';
  return {
    address,
    healthy: false,
    state: isOurs && state !== 'healthy' ? state : 'away',
    problem,
    ...(isOurs && { log }),
  };
}

async function readRoles(kafka: KafkaConnection, log: Log): Promise<Status['roles']> {
  const members = await fetchMembers({ ...kafka, log, groups: consumingRoles.map(groupOf) });
  return [...members].map(([group, count]) => ({ role: roleOf(group), members: count }));
}

function lagByRole(lags: readonly { readonly group: string; readonly lag: number }[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { group, lag } of lags) {
    const role = roleOf(group);
    sums[role] = (sums[role] ?? 0) + lag;
  }
  return sums;
}

function gapOf({ group, topic, gap }: PartitionLag): Status['gaps'][number] {
  return { role: roleOf(group), topic, records: gap };
}

type Tables = Pick<Status, 'outbox' | 'sagas' | 'breakers' | 'waiting' | 'audit'>;

async function readTables(config: Config): Promise<Tables> {
  const pool = createPool(config.postgresUrl, { name: 'status', max: 1 });
  try {
    const { rows } = await pool.query<{ rows: number; age: number; refused: number; undecided: number }>(
      `SELECT (SELECT count(*)::int FROM outbox) AS rows,
              (SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float FROM outbox) AS age,
              (SELECT count(refused_at)::int FROM outbox) AS refused,
              (SELECT count(*)::int FROM ingestions WHERE concluded_at IS NULL) AS undecided`,
    );
    const [found] = rows;
    if (found === undefined) return unknownTables;
    const waiting = await new UsageReader(pool, []).waiting();
    const audit = (await readLastAudit(pool)) ?? null;
    const outbox = { rows: found.rows, ageSeconds: found.age, refused: found.refused };
    const { sagaDeadlineMs } = config;
    const { stuck, breakers } = await new TroubleReader(pool, { sagaDeadlineMs, nowMs: () => Date.now() }).read();
    return { outbox, sagas: { undecided: found.undecided, stuck }, breakers, waiting, audit };
  } catch (error) {
    // Before the first run there are no tables to count; before the first one after an update, columns may be missing.
    if (isNotThereYet(error)) return unknownTables;
    throw classify(error);
  } finally {
    await pool.end();
  }
}

const unknownTables = { outbox: null, sagas: null, breakers: null, waiting: null, audit: null };

function isNotThereYet(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return [code, cause?.code].some((one) => one === '42P01' || one === '42703');
}
