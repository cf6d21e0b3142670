import type { Admin } from 'kafkajs';

import { topics } from '#events';
import type { Log } from '#telemetry';

import { kafkaClient, type KafkaConnection } from './kafka-client.js';
import { withAdmin } from './with-admin.js';
import { groupPrefix } from './worker-ports.js';

export interface PartitionLag {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** Offset from which a restart would read. */
  readonly committed: number;
  /** Records between the committed offset and the end of the log. */
  readonly lag: number;
  /** Records that the group would skip if it went on: retention removed them, or the log ends before its offset. */
  readonly gap: number;
}

/**
 * How far every group of Penstock is behind on each partition it has ever committed on, and what it has lost there.
 * @throws TransientFailure if Kafka can't be reached.
 */
export async function fetchLag(
  options: KafkaConnection & {
    readonly log: Log;
  },
): Promise<PartitionLag[]> {
  return withAdmin(kafkaClient({ ...options, clientId: 'penstock.status' }), readLag);
}

/** What `fetchLag` tells, by a client that is connected. Throws what the driver throws. */
export async function readLag(admin: Admin): Promise<PartitionLag[]> {
  const bounds = await readBounds(admin);
  const { groups } = await admin.listGroups();
  const lags: PartitionLag[] = [];
  for (const { groupId: group } of groups.filter(({ groupId }) => groupId.startsWith(groupPrefix))) {
    for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group })) {
      for (const { partition, offset } of partitions) {
        const known = bounds.get(`${topic}/${partition}`);
        const committed = BigInt(offset);
        if (known === undefined || committed < 0n) continue;
        const { low, high } = known;
        const gap = committed < low ? low - committed : committed > high ? committed - high : 0n;
        const [at, lag] = [Number(committed), Number(high - committed)];
        lags.push({ group, topic, partition, committed: at, lag, gap: Number(gap) });
      }
    }
  }
  return lags;
}

type Bounds = ReadonlyMap<string, { readonly low: bigint; readonly high: bigint }>;

async function readBounds(admin: Admin): Promise<Bounds> {
  const bounds = new Map<string, { readonly low: bigint; readonly high: bigint }>();
  const existing = await admin.listTopics();
  for (const { name } of Object.values(topics).filter((topic) => existing.includes(topic.name))) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(name))
      bounds.set(`${name}/${partition}`, { low: BigInt(low), high: BigInt(high) });
  }
  return bounds;
}
