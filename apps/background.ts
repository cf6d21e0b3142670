import { DeadLetterStage } from '#dead-letters';
import { FrontLoop } from '#front';
import { KafkaPublisher } from '#kafka';
import { DeadlineWatch } from '#ledger';
import { OutboxRelay } from '#outbox';
import type { Staging } from '#pipeline/stager';
import type { Log } from '#telemetry';

import { AuditSchedule } from './audit-schedule.js';
import { createFrontSync } from './front-sync.js';
import { createReleaseParked, createReplayUnpaid } from './parking.js';
import type { Platform } from './platform.js';
import { reportGroups } from './report-groups.js';
import { reportOverdue } from './report-overdue.js';
import { reportSpent } from './report-spent.js';
import type { RoleName } from './roles.js';
import { janitorStage } from './stages.js';

const sweepIntervalMs = 10 * 60 * 1000;
const showIntervalMs = 60_000;
const collectIntervalMs = 60 * 60 * 1000;
const groupsIntervalMs = 30_000;
const overdueIntervalMs = 60_000;
const spentIntervalMs = 60_000;
const releaseIntervalMs = 5_000;
const unpaidIntervalMs = 30_000;

/** Work that no event starts. */
export interface Background {
  stop(): Promise<void>;
}

/**
 * Starts relay, watches for deadlines and what is past them, for groups, what is spent and what waits for budgets,
 * audits, the sweeps of staging, tombstones and dead letters and the reading of Front, where their roles run in this
 * process.
 */
export async function startBackground(
  platform: Platform,
  names: readonly RoleName[],
  staging: Staging,
): Promise<Background> {
  const { codec, config, log, nowMs, pool } = platform;
  const parts: Background[] = [];
  if (names.includes('relay')) parts.push(await startRelay(platform));
  if (names.includes('ledger')) {
    const watch = new DeadlineWatch({ pool, codec, sagaDeadlineMs: config.sagaDeadlineMs, log });
    watch.start();
    parts.push(watch);
  }
  if (names.includes('janitor')) {
    const janitor = janitorStage(platform, staging);
    parts.push(every(sweepIntervalMs, async () => void (await janitor.sweep(nowMs())), log));
    parts.push(every(groupsIntervalMs, () => reportGroups(platform), log));
    parts.push(every(overdueIntervalMs, () => reportOverdue(platform), log));
    parts.push(every(spentIntervalMs, () => reportSpent(platform), log));
    const parked = createReleaseParked(platform);
    parts.push(every(releaseIntervalMs, () => parked.turn(), log));
    const unpaid = createReplayUnpaid(platform, staging);
    parts.push(every(unpaidIntervalMs, () => unpaid.turn(), log));
    parts.push(startAudits(platform));
  }
  if (names.includes('dead-letters')) {
    const letters = new DeadLetterStage(pool, codec, config);
    parts.push(every(sweepIntervalMs, async () => void (await letters.prune(nowMs())), log));
  }
  if (names.includes('front')) {
    const sync = createFrontSync(platform, staging);
    const loop = sync && new FrontLoop(sync, { intervalMs: config.frontSyncIntervalMs, log });
    loop?.start();
    if (loop !== undefined) parts.push(loop);
  }
  return { stop: async () => void (await Promise.all(parts.map((part) => part.stop()))) };
}

/**
 * Asks often whether an audit is due: the interval counts from the last one, whoever ran it. What that one came to is
 * shown from the start, or a restart would hide what it found, and while an audit takes its time.
 */
function startAudits(platform: Platform): Background {
  const { config, log } = platform;
  const schedule = new AuditSchedule(platform);
  const askIntervalMs = Math.min(sweepIntervalMs, config.auditIntervalMs ?? sweepIntervalMs);
  const audits = every(askIntervalMs, () => schedule.runIfDue(), log);
  const shown = every(showIntervalMs, async () => void (await schedule.showLast()), log, { atOnce: true });
  const tombstones = every(collectIntervalMs, () => schedule.collectTombstones(), log);
  return {
    stop: async () => {
      schedule.abort();
      await Promise.all([audits.stop(), shown.stop(), tombstones.stop()]);
      await schedule.close();
    },
  };
}

/**
 * Repeats work; a failure is logged, and the next turn tries again. A turn that would begin before the last has ended
 * is left out.
 */
function every(
  intervalMs: number,
  work: () => Promise<void>,
  log: Log,
  { atOnce = false }: { readonly atOnce?: boolean } = {},
): Background {
  let running: Promise<void> | undefined;
  const turn = (): void => {
    running ??= work()
      .catch((error: unknown) => log.warn({ err: error }, 'background work failed'))
      .finally(() => (running = undefined));
  };
  const timer = setInterval(turn, intervalMs);
  if (atOnce) turn();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

async function startRelay({
  codec,
  config,
  instance,
  kafka,
  log,
  metrics,
  nowMs,
  tracer,
}: Platform): Promise<Background> {
  const publisher = new KafkaPublisher({
    ...kafka,
    role: 'relay',
    instance,
    codec,
    log,
    metrics,
    tracer,
    nowMs,
  });
  await publisher.start();
  const relay = new OutboxRelay({ url: config.postgresUrl, publisher, codec, log, metrics });
  relay.start();
  return {
    stop: async () => {
      await relay.stop();
      await publisher.close();
    },
  };
}
