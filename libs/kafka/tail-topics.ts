import { randomUUID } from 'node:crypto';

import type { Admin, Consumer, EachBatchPayload } from 'kafkajs';

import { classify } from '#failure';
import type { Log } from '#telemetry';

import { kafkaClient, type KafkaConnection } from './kafka-client.js';
import type { KafkaRecord } from './kafka-record.js';

export interface TailOptions extends KafkaConnection {
  readonly topics: readonly string[];
  /** Whether to begin with the oldest record that is kept, and not with the next one. */
  readonly fromBeginning: boolean;
  /** Ends the tail. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Called once, when no record from here on can be missed. */
  readonly onReady?: () => void;
  /** Called for one record after the other; the next waits until it resolves. */
  readonly onRecord: (record: KafkaRecord) => Promise<void>;
}

/**
 * Shows records of topics as they come, per partition in order, until the signal aborts. It reads in a consumer group
 * of its own, commits nothing and leaves nothing behind.
 * @throws TransientFailure if Kafka can't be reached; whatever `onRecord` throws ends the tail.
 */
export async function tailTopics(options: TailOptions): Promise<void> {
  const group = `penstock.tail.${randomUUID()}`;
  const kafka = kafkaClient({ ...options, clientId: group });
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId: group, allowAutoTopicCreation: false });
  try {
    await admin.connect();
    await follow(admin, consumer, options);
  } catch (error) {
    throw classify(error);
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await admin.deleteGroups([group]).catch(() => undefined);
    await admin.disconnect().catch(() => undefined);
  }
}

async function follow(admin: Admin, consumer: Consumer, options: TailOptions): Promise<void> {
  const { topics, fromBeginning, signal, onReady, onRecord } = options;
  const ended = Promise.withResolvers<void>();
  const end = (): void => ended.resolve();
  if (signal.aborted) return;
  signal.addEventListener('abort', end, { once: true });
  const starts = await Promise.all(
    topics.map(async (topic) => ({ topic, partitions: await admin.fetchTopicOffsets(topic) })),
  );
  const joined = Promise.withResolvers<void>();
  consumer.on('consumer.group_join', () => joined.resolve());
  consumer.on('consumer.crash', ({ payload }) => ended.reject(payload.error));
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning });
  const eachBatch = async ({ batch }: EachBatchPayload): Promise<void> => {
    for (const message of batch.messages) {
      if (signal.aborted) return;
      const { topic, partition } = batch;
      const { key, value, headers = {} } = message;
      const place = { topic, partition, offset: BigInt(message.offset), timestampMs: Number(message.timestamp) };
      await onRecord({ ...place, key, value, headers }).catch((error: unknown) => ended.reject(error));
    }
  };
  await consumer.run({ autoCommit: false, eachBatch });
  for (const { topic, partitions } of starts) {
    for (const { partition, high, low } of partitions) {
      consumer.seek({ topic, partition, offset: fromBeginning ? low : high });
    }
  }
  await Promise.race([joined.promise, ended.promise]);
  onReady?.();
  await ended.promise;
}
