import { setTimeout as pause } from 'node:timers/promises';

import { fetchLag, fetchMembers } from '#kafka';
import { createLogger } from '#telemetry';

import { roleNames } from '../../apps/roles.js';
import type { StoreContents } from './store-contents.js';

const pollMs = 400;
const readyMs = 10_000;
const giveUpMsDefault = 300_000;
const log = createLogger('silent');

/** The groups of all roles that consume. */
export const groupsOfRoles: readonly string[] = roleNames
  .filter((role) => !['api', 'relay', 'front'].includes(role))
  .map((role) => `penstock.${role}`);

export interface Calm {
  readonly brokers: readonly string[];
  /** Address of the API, which must be ready as well. */
  readonly api: string;
  readonly contents: StoreContents;
  readonly namespaces: readonly string[];
  /** Each of these must have one member: a process that is up but does not consume is not healed. */
  readonly groups: readonly string[];
  /** When to wait no longer. */
  readonly giveUpMs?: number;
}

/**
 * How it went: `unrest` says what is still under way if nothing more was waited for, `disquiet` what was the last thing
 * that had to be waited for.
 */
export interface Quiescence {
  readonly tookMs: number;
  readonly unrest: string;
  readonly disquiet: string;
}

/**
 * Waits until nothing is under way: no outbox row, no lag, no open ingestion, every group with its member, the API
 * ready. It gives up far later than the promise says (I13): what took too long must still come to the right end.
 */
export async function quiescence(calm: Calm): Promise<Quiescence> {
  const startedMs = performance.now();
  let calmSince: number | undefined;
  let last = 'nothing could be read';
  let disquiet = '';
  const giveUpMs = calm.giveUpMs ?? giveUpMsDefault;
  while (performance.now() - startedMs < giveUpMs) {
    const lookedMs = performance.now();
    last = await unrest(calm).catch(String);
    if (last !== '') {
      calmSince = undefined;
      disquiet = last;
    } else if (calmSince === undefined) calmSince = lookedMs;
    else return { tookMs: Math.round(calmSince - startedMs), unrest: '', disquiet };
    await pause(pollMs);
  }
  return { tookMs: giveUpMs, unrest: last, disquiet };
}

async function unrest({ brokers, api, contents, namespaces, groups }: Calm): Promise<string> {
  const open = (await contents.ledger(namespaces)).filter(({ concluded }) => !concluded);
  const [outbox] = await contents.sql<{ rows: number }>('SELECT count(*)::int AS rows FROM penstock.outbox');
  const busy = [
    ...((outbox?.rows ?? 0) === 0 ? [] : [`${outbox?.rows} rows in the outbox`]),
    ...open.map(
      (row) =>
        `${row.document} v${row.version} ${row.ingestionId} ${row.kind} ${row.status} ${JSON.stringify(row.stores)}`,
    ),
  ];
  if (busy.length > 0) return busy.join('\n');
  const lags = (await fetchLag({ brokers, log })).filter(({ lag }) => lag !== 0);
  const members = await fetchMembers({ brokers, groups, log });
  const { ok } = await fetch(`${api}/health/ready`, { signal: AbortSignal.timeout(readyMs) });
  return [
    ...lags.map(({ group, topic, partition, lag }) => `${group} is ${lag} behind on ${topic}/${partition}`),
    ...groups
      .filter((group) => members.get(group) !== 1)
      .map((group) => `${group} has ${members.get(group) ?? 0} members`),
    ...(ok ? [] : ['the API is not ready']),
  ].join('\n');
}
