import { topics } from '#events';
import { classify } from '#failure';
import type { Log } from '#telemetry';

import { kafkaClient } from './kafka-client.js';

export interface PartitionLag {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** Records between the committed offset and the end of the log. */
  readonly lag: number;
}

const groupPrefix = 'penstock.';

/**
 * How far every group of Penstock is behind on each partition it has ever committed on.
 * @throws TransientFailure if Kafka can't be reached.
 */
export async function fetchLag(options: {
  readonly brokers: readonly string[];
  readonly log: Log;
}): Promise<PartitionLag[]> {
  const admin = kafkaClient({ ...options, clientId: 'penstock.status' }).admin();
  try {
    await admin.connect();
    const ends = new Map<string, bigint>();
    const existing = await admin.listTopics();
    for (const { name } of Object.values(topics).filter((topic) => existing.includes(topic.name))) {
      for (const { partition, high } of await admin.fetchTopicOffsets(name))
        ends.set(`${name}/${partition}`, BigInt(high));
    }
    const { groups } = await admin.listGroups();
    const lags: PartitionLag[] = [];
    for (const { groupId: group } of groups.filter(({ groupId }) => groupId.startsWith(groupPrefix))) {
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group })) {
        for (const { partition, offset } of partitions) {
          const end = ends.get(`${topic}/${partition}`);
          if (end === undefined || Number(offset) < 0) continue;
          lags.push({ group, topic, partition, lag: Number(end - BigInt(offset)) });
        }
      }
    }
    return lags;
  } catch (error) {
    throw classify(error);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
