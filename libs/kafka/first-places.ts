import type { Consumer } from 'kafkajs';

import { classify } from '#failure';

import type { PartitionBounds } from './fetch-position.js';
import { partitionKey, type Assignment } from './join-bounds.js';
import type { WorkerPorts } from './worker-ports.js';

/** Where a group begins that has committed nothing on a partition yet. */
export interface FirstPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** Partitions on which the group has committed nothing, each with the first offset that is still there. Pure. */
export function firstPlaces(assignment: Assignment, bounds: ReadonlyMap<string, PartitionBounds>): FirstPlace[] {
  return Object.entries(assignment).flatMap(([topic, partitions]) =>
    partitions.flatMap((partition) => {
      const known = bounds.get(partitionKey(topic, partition));
      return known !== undefined && known.committed < 0n ? [{ topic, partition, offset: known.low }] : [];
    }),
  );
}

/**
 * Says to the broker at once where a group begins: from then on retention that passes it is seen, though it may never
 * have handled a record there. What is gone by now is told once: the group may be new, or its offsets were lost.
 */
export async function commitFirstPlaces(
  consumer: Pick<Consumer, 'commitOffsets'>,
  places: readonly FirstPlace[],
  { log, metrics, role: { role } }: Pick<WorkerPorts, 'log' | 'metrics' | 'role'>,
): Promise<void> {
  if (places.length === 0) return;
  for (const { topic, partition, offset } of places) {
    if (offset === 0n) continue;
    metrics.offsetGaps.inc({ role, topic });
    const line = { role, topic, partition, reason: 'no-offset' };
    log.error(line, `the group has no offset here, and retention removed all before ${offset}: it begins there`);
  }
  const commits = places.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) }));
  await consumer.commitOffsets(commits).catch((error: unknown) => {
    // Whoever is assigned the partitions next does it.
    log.warn({ role, error: classify(error).message }, 'first offsets could not be committed');
  });
}
