import type { Kafka } from 'kafkajs';

import { classify } from '#failure';

import { abortableWait } from './abortable-wait.js';
import type { PartitionBounds } from './fetch-position.js';
import { jitter } from './jitter.js';
import { backoffMs, defaultRetryPolicy } from './retry-policy.js';
import { withAdmin } from './with-admin.js';
import { groupOf, type WorkerPorts } from './worker-ports.js';

/** Partitions by topic, as kafkajs reports an assignment. */
export type Assignment = Readonly<Record<string, readonly number[]>>;

/** The same as the list kafkajs takes for pausing and resuming. */
export function byTopic(assignment: Assignment): { topic: string; partitions: number[] }[] {
  return Object.entries(assignment).map(([topic, partitions]) => ({ topic, partitions: [...partitions] }));
}

/** What tells partitions of several topics apart. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/**
 * Committed offset and ends of the log of every assigned partition, by partition key. Asks until it gets an answer.
 * @returns nothing if the signal aborted before.
 */
export async function joinBounds(
  kafka: Kafka,
  { log, role }: Pick<WorkerPorts, 'log' | 'role'>,
  assignment: Assignment,
  signal: AbortSignal,
): Promise<Map<string, PartitionBounds> | undefined> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      return await readBounds(kafka, groupOf(role.role), assignment);
    } catch (error) {
      log.warn({ role: role.role, attempt, error: classify(error).message }, 'offsets could not be read');
      await abortableWait(backoffMs(defaultRetryPolicy, attempt, jitter()), signal);
    }
  }
  return undefined;
}

async function readBounds(
  kafka: Kafka,
  groupId: string,
  assignment: Assignment,
): Promise<Map<string, PartitionBounds>> {
  const topics = Object.keys(assignment).filter((topic) => (assignment[topic]?.length ?? 0) > 0);
  const bounds = new Map<string, PartitionBounds>();
  if (topics.length === 0) return bounds;
  await withAdmin(kafka, async (admin) => {
    // The committed offset first: what retention removes in between then counts as removed.
    const committed = await admin.fetchOffsets({ groupId, topics });
    for (const { topic, partitions } of committed) {
      const offsets = new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        const at = offsets.get(partition) ?? -1n;
        bounds.set(partitionKey(topic, partition), { committed: at, low: BigInt(low), high: BigInt(high) });
      }
    }
  });
  return bounds;
}
