import type { Kafka } from 'kafkajs';

import { TransientFailure } from '#failure';

import { withAdmin } from './with-admin.js';

/**
 * Offset after the last record of a partition.
 * @throws TransientFailure if no broker says it.
 */
export function fetchLogEnd(kafka: Pick<Kafka, 'admin'>, topic: string, partition: number): Promise<bigint> {
  return withAdmin(kafka, async (admin) => {
    const found = (await admin.fetchTopicOffsets(topic)).find((one) => one.partition === partition);
    if (found !== undefined) return BigInt(found.high);
    throw new TransientFailure(`${topic}/${partition} is not known`, { reason: 'no-partition' });
  });
}
