import { fetchLag, roleOf } from '#kafka';

import type { Platform } from './platform.js';

/** Reports how many events each role would skip on each topic: 0, unless retention or a restored topic took some. */
export async function reportGaps({ kafka, log, metrics }: Pick<Platform, 'kafka' | 'log' | 'metrics'>): Promise<void> {
  const gaps = new Map<string, { readonly role: string; readonly topic: string; events: number }>();
  for (const { group, topic, gap } of await fetchLag({ ...kafka, log })) {
    const role = roleOf(group);
    const sum = gaps.get(`${role} ${topic}`) ?? { role, topic, events: 0 };
    sum.events += gap;
    gaps.set(`${role} ${topic}`, sum);
  }
  for (const { role, topic, events } of gaps.values()) metrics.offsetGapEvents.set({ role, topic }, events);
}
