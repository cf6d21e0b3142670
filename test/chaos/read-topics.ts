import { randomUUID } from 'node:crypto';

import { Kafka, logLevel, type IHeaders } from 'kafkajs';

import { topics as allTopics } from '#events';

/** A record as any Kafka client sees it. */
export interface SeenRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestampMs: number;
}

/** Every topic that roles write to. */
export const topicNames: readonly string[] = Object.values(allTopics).map(({ name }) => name);

/** The next offset of each partition, by topic. */
export type LogEnds = ReadonlyMap<string, ReadonlyMap<number, bigint>>;

function client(brokers: string): Kafka {
  return new Kafka({ brokers: brokers.split(','), clientId: 'checker', logLevel: logLevel.NOTHING });
}

/** Where topics end now. */
export async function topicEnds(brokers: string, topics: readonly string[]): Promise<LogEnds> {
  const admin = client(brokers).admin();
  await admin.connect();
  try {
    const ends = new Map<string, ReadonlyMap<number, bigint>>();
    for (const topic of topics) {
      const offsets = await admin.fetchTopicOffsets(topic);
      ends.set(topic, new Map(offsets.map(({ partition, high }) => [partition, BigInt(high)])));
    }
    return ends;
  } finally {
    await admin.disconnect();
  }
}

/** Everything that topics hold from the given offsets on, by default up to now, each partition in order. */
export async function readTopics(
  brokers: string,
  topics: readonly string[],
  from: LogEnds,
  to?: LogEnds,
): Promise<SeenRecord[]> {
  const ends = to ?? (await topicEnds(brokers, topics));
  const starts: { topic: string; partition: number; offset: string }[] = [];
  const left = new Map<string, bigint>();
  for (const [topic, partitions] of ends) {
    for (const [partition, end] of partitions) {
      const start = from.get(topic)?.get(partition) ?? 0n;
      starts.push({ topic, partition, offset: String(start) });
      if (start < end) left.set(`${topic}/${partition}`, end);
    }
  }
  if (left.size === 0) return [];
  const records: SeenRecord[] = [];
  const all = Promise.withResolvers<void>();
  const consumer = client(brokers).consumer({ groupId: `checker-${randomUUID()}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [...topics] });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ topic, partition, message }) => {
        const end = left.get(`${topic}/${partition}`);
        if (end === undefined) return Promise.resolve();
        const { key, value, headers, offset, timestamp } = message;
        const text = key?.toString() ?? '';
        if (BigInt(offset) < end) {
          const timestampMs = Number(timestamp);
          records.push({ topic, partition, offset, key: text, value, headers: textOf(headers ?? {}), timestampMs });
        }
        if (BigInt(offset) + 1n >= end) left.delete(`${topic}/${partition}`);
        if (left.size === 0) all.resolve();
        return Promise.resolve();
      },
    });
    for (const start of starts) consumer.seek(start);
    await all.promise;
    return records;
  } finally {
    await consumer.disconnect();
  }
}

function textOf(headers: IHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
