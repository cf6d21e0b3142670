import { topics } from '#events';
import { classify } from '#failure';
import type { Log } from '#telemetry';

import { kafkaClient, type KafkaConnection } from './kafka-client.js';

/**
 * How many records the dead-letter topic holds; 0 if there is no such topic yet.
 * @throws TransientFailure if Kafka can't be reached.
 */
export async function fetchDeadLetterCount(
  options: KafkaConnection & {
    readonly log: Log;
  },
): Promise<number> {
  const admin = kafkaClient({ ...options, clientId: 'penstock.status' }).admin();
  try {
    await admin.connect();
    const names = await admin.listTopics();
    if (!names.includes(topics.deadLetter.name)) return 0;
    const offsets = await admin.fetchTopicOffsets(topics.deadLetter.name);
    return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  } catch (error) {
    throw classify(error);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
