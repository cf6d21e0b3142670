import { ParkedEvents, ReleaseParked } from '#parking';
import { UsageTable } from '#usage';

import { budgetRules } from './openai-models.js';
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
