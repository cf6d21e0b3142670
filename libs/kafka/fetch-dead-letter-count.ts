import { topics } from '#events';
import type { Log } from '#telemetry';

import { kafkaClient, type KafkaConnection } from './kafka-client.js';
import { withAdmin } from './with-admin.js';

/**
 * How many records the dead-letter topic holds; 0 if there is no such topic yet.
 * @throws TransientFailure if Kafka can't be reached.
 */
export async function fetchDeadLetterCount(
  options: KafkaConnection & {
    readonly log: Log;
  },
): Promise<number> {
  return withAdmin(kafkaClient({ ...options, clientId: 'penstock.status' }), async (admin) => {
    const names = await admin.listTopics();
    if (!names.includes(topics.deadLetter.name)) return 0;
    const offsets = await admin.fetchTopicOffsets(topics.deadLetter.name);
    return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  });
}
