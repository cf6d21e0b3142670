import { styleText } from 'node:util';

import type { Command } from 'commander';

import { readLastAudit, type LastAudit } from '#audit';
import { loadConfig, type Config } from '#config';
import { createPool } from '#database';
import { classify } from '#failure';
import { fetchDeadLetterCount, fetchLag, fetchMembers, groupOf, type PartitionLag } from '#kafka';
import { stackStatus } from '#stack';
import { createLogger, type Log } from '#telemetry';
import { UsageReader, type Waiting } from '#usage';

import { consumingRoles } from '../roles.js';

import { ApiClient } from './api-client.js';
import type { Terminal } from './terminal.js';
import { stackOptions } from './stack-options.js';

interface ServiceReport {
  readonly address: string;
  readonly healthy: boolean;
  readonly state: string;
  readonly log?: string;
}

interface Status {
  readonly services: Readonly<Record<string, ServiceReport>>;
  readonly roles: readonly { readonly role: string; readonly members: number }[];
  readonly lag: Readonly<Record<string, number>> | null;
  /** Records that a role would skip, where there are any: it refuses to go on. */
  readonly gaps: readonly { readonly role: string; readonly topic: string; readonly records: number }[];
  /** `refused`: rows that the log refuses, and with which their documents wait. */
  readonly outbox: { readonly rows: number; readonly ageSeconds: number; readonly refused: number } | null;
  readonly sagas: { readonly undecided: number } | null;
  /** Calls to models that wait, e.g. for a budget or a key. */
  readonly waiting: readonly Waiting[] | null;
  readonly deadLetters: number | null;
  /** What the last audit of all namespaces came to. */
  readonly audit: LastAudit | null;
}

/** `penstock status`: health at a glance; exit 1 if a service or the API is not healthy, or a role can't go on. */
export function addStatus(program: Command, terminal: Terminal): void {
  program
    .command('status')
    .description('show services, roles, lag, outbox, undecided sagas and dead letters')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      const status = await readStatus(loadConfig(), terminal);
      terminal.out(json === true ? JSON.stringify(status, null, 2) : describe(status));
      const isUnhealthy = Object.values(status.services).some(({ healthy }) => !healthy);
      if (isUnhealthy || status.gaps.length > 0) terminal.exitCode = 1;
    });
}

async function readStatus(config: Config, terminal: Terminal): Promise<Status> {
  const services: Record<string, ServiceReport> = {};
  for (const { service, address, state, log } of await stackStatus(stackOptions(config))) {
    services[service] = { address, healthy: state === 'healthy', state, log };
  }
  const api = ApiClient.of(config, terminal);
  const ready = await api.ready();
  services['api'] = { address: api.address, healthy: ready, state: ready ? 'healthy' : 'stopped' };
  const kafkaUp = services['kafka']?.healthy === true;
  const brokers = config.kafkaBrokers;
  const log = createLogger('silent');
  const lags = kafkaUp ? await fetchLag({ brokers, log }) : undefined;
  return {
    services,
    roles: kafkaUp ? await readRoles(brokers, log) : [],
    lag: lags === undefined ? null : lagByRole(lags),
    gaps: (lags ?? []).filter(({ gap }) => gap > 0).map(gapOf),
    ...(services['postgres']?.healthy === true ? await readTables(config) : unknownTables),
    deadLetters: kafkaUp ? await fetchDeadLetterCount({ brokers, log }) : null,
  };
}

async function readRoles(brokers: readonly string[], log: Log): Promise<Status['roles']> {
  const members = await fetchMembers({ brokers, log, groups: consumingRoles.map(groupOf) });
  return [...members].map(([group, count]) => ({ role: group.replace('penstock.', ''), members: count }));
}

function lagByRole(lags: readonly { readonly group: string; readonly lag: number }[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { group, lag } of lags) {
    const role = group.replace('penstock.', '');
    sums[role] = (sums[role] ?? 0) + lag;
  }
  return sums;
}

function gapOf({ group, topic, gap }: PartitionLag): Status['gaps'][number] {
  return { role: group.replace('penstock.', ''), topic, records: gap };
}

async function readTables(config: Config): Promise<Pick<Status, 'outbox' | 'sagas' | 'waiting' | 'audit'>> {
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
    return { outbox, sagas: { undecided: found.undecided }, waiting, audit };
  } catch (error) {
    // Before the first run there are no tables to count; before the first one after an update, columns may be missing.
    if (isNotThereYet(error)) return unknownTables;
    throw classify(error);
  } finally {
    await pool.end();
  }
}

const unknownTables = { outbox: null, sagas: null, waiting: null, audit: null };

function isNotThereYet(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return [code, cause?.code].some((one) => one === '42P01' || one === '42703');
}

function describeAudit({ finishedAt, documents, findings, outcomes }: LastAudit): string {
  const total = findings.reduce((sum, { count }) => sum + count, 0);
  const open = outcomes.found + outcomes.left;
  const found = total === 0 ? 'nothing found' : `${total} findings, ${open} not healed`;
  return `${documents} documents, ${found}, ${finishedAt}`;
}

function describe({ services, roles, lag, gaps, outbox, sagas, waiting, deadLetters, audit }: Status): string {
  const lines = Object.entries(services).map(([name, { address, healthy, state, log }]) => {
    const mark = healthy ? styleText('green', state.padEnd(9)) : styleText('red', state.padEnd(9));
    const shown = address.replace(/\/\/[^@/]*@/, '//');
    return `${name.padEnd(9)} ${mark} ${shown}${state === 'crashed' ? `  log: ${log ?? ''}` : ''}`;
  });
  lines.push(`roles     ${roles.map(({ role, members }) => `${role} ×${members}`).join(', ') || 'none'}`);
  lines.push(`lag       ${lag === null ? 'unknown' : Object.values(lag).reduce((sum, one) => sum + one, 0)}`);
  for (const { role, topic, records } of gaps) {
    lines.push(
      styleText('red', `gap       ${role} would skip ${records} records of ${topic}: see the runbook, Offset gap`),
    );
  }
  lines.push(
    `outbox    ${outbox === null ? 'unknown' : `${outbox.rows} rows, oldest ${outbox.ageSeconds.toFixed(1)} s`}`,
  );
  if (outbox !== null && outbox.refused > 0) {
    lines.push(styleText('red', `          ${outbox.refused} rows are refused by Kafka: see the runbook, Outbox age`));
  }
  lines.push(`sagas     ${sagas === null ? 'unknown' : `${sagas.undecided} undecided`}`);
  for (const { model, reason, message, since } of waiting ?? []) {
    lines.push(`waiting   ${styleText('yellow', reason)} since ${since}: ${message} (${model})`);
  }
  lines.push(`dead letters ${deadLetters ?? 'unknown'}`);
  // What could not be read is not known, and not said to be nothing.
  const noAudit = outbox === null ? 'unknown' : 'none yet';
  lines.push(`audit     ${audit === null ? noAudit : describeAudit(audit)}`);
  return lines.join('\n');
}
