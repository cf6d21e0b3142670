import { fetchLag, fetchMembers, groupOf, roleOf, type PartitionLag } from '#kafka';
import type { Metrics } from '#telemetry';

import type { Platform } from './platform.js';
import { consumingRoles } from './roles.js';

/**
 * Reports of each role how many consume for it, and on each topic how many events it has to read and how many it would
 * skip: 0, unless retention or a restored topic took some. What a consumer says of itself goes with it.
 */
export async function reportGroups({
  kafka,
  log,
  metrics,
}: Pick<Platform, 'kafka' | 'log' | 'metrics'>): Promise<void> {
  const lags = await fetchLag({ ...kafka, log });
  showGroups(metrics, lags, await fetchMembers({ ...kafka, log, groups: consumingRoles.map(groupOf) }));
}

/** @param members how many each group has; a group that nobody joined has 0. */
export function showGroups(
  metrics: Metrics,
  lags: readonly PartitionLag[],
  members: ReadonlyMap<string, number>,
): void {
  const { groupLag, groupMembers, offsetGapEvents } = metrics;
  for (const gauge of [groupLag, groupMembers, offsetGapEvents]) gauge.reset();
  for (const [group, count] of members) groupMembers.set({ role: roleOf(group) }, count);
  for (const { group, topic, lag, gap } of lags) {
    const labels = { role: roleOf(group), topic };
    groupLag.inc(labels, Math.max(0, lag));
    offsetGapEvents.inc(labels, gap);
  }
}
