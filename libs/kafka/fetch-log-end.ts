import type { Kafka } from 'kafkajs';

import { classify, TransientFailure } from '#failure';

/**
 * Offset after the last record of a partition, over a connection of its own: for what is asked rarely.
 * @throws TransientFailure if no broker says it.
 */
export async function fetchLogEnd(kafka: Pick<Kafka, 'admin'>, topic: string, partition: number): Promise<bigint> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const found = (await admin.fetchTopicOffsets(topic)).find((one) => one.partition === partition);
    if (found === undefined)
      throw new TransientFailure(`${topic}/${partition} is not known`, { reason: 'no-partition' });
    return BigInt(found.high);
  } catch (error) {
    const { reason, message } = classify(error);
    throw new TransientFailure(message, { reason, cause: error });
  } finally {
    await admin.disconnect();
  }
}
