import { DeadLetterReader, DeadLetterReplay } from '#dead-letters';
import { ParkedEvents, ReleaseParked, ReplayUnpaid } from '#parking';
import type { Staging } from '#pipeline/stager';
import { UsageTable } from '#usage';

import { budgetRules } from './budget-rules.js';
import type { Platform } from './platform.js';

/** Where events wait for a budget. */
export function createParkedEvents({ codec, config, pool }: Pick<Platform, 'codec' | 'config' | 'pool'>): ParkedEvents {
  return new ParkedEvents(pool, codec, new UsageTable(pool), config.parkedEventsMax);
}

/** Enough for the settings of one role to be mended before those of another. */
const restMs = 30_000;

/** What lets them go on. */
export function createReleaseParked(platform: Platform): ReleaseParked {
  const { config, metrics, nowMs, pool } = platform;
  const { budgetWaitMsMax } = config;
  const lot = createParkedEvents(platform);
  const [book, rules] = [new UsageTable(pool), budgetRules(config)];
  return new ReleaseParked({ lot, book, rules, budgetWaitMsMax, restMs, metrics, nowMs });
}

/** What brings back documents that were given up as there was no money for them. */
export function createReplayUnpaid({ codec, config, log, nowMs, pool }: Platform, staging: Staging): ReplayUnpaid {
  const letters = new DeadLetterReader(pool, codec);
  const replay = new DeadLetterReplay(pool, codec, letters, staging, nowMs, 'janitor');
  return new ReplayUnpaid({ letters, replay, book: new UsageTable(pool), rules: budgetRules(config), log });
}
