import { randomUUID } from 'node:crypto';

import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { Kafka, logLevel } from 'kafkajs';

import type { StackAddresses } from '#stack';

/** A record of a topic, decoded as any Kafka client would. */
export interface LogRecord {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Everything a topic holds now, each partition in order. */
export async function readTopic({ kafka, registry }: StackAddresses, topic: string): Promise<LogRecord[]> {
  const client = new Kafka({ brokers: kafka.split(','), clientId: 'checker', logLevel: logLevel.NOTHING });
  const schemas = new SchemaRegistry({ host: registry });
  const admin = client.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  const left = new Map(ends.filter(({ high }) => BigInt(high) > 0n).map((end) => [end.partition, BigInt(end.high)]));
  const consumer = client.consumer({ groupId: `checker-${randomUUID()}` });
  const records: LogRecord[] = [];
  const all = Promise.withResolvers<void>();
  if (left.size === 0) all.resolve();
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const type = String(message.headers?.['ce_type'] ?? '').replace('io.penstock.events.v1.', '');
      if (message.value !== null)
        records.push({ type, payload: (await schemas.decode(message.value)) as object as LogRecord['payload'] });
      if (BigInt(message.offset) + 1n >= (left.get(partition) ?? 0n)) left.delete(partition);
      if (left.size === 0) all.resolve();
    },
  });
  await all.promise;
  await consumer.disconnect();
  await admin.disconnect();
  return records;
}

/** What the saga log alone says must be live: version and ingestionId by `namespace/documentId`. */
export function expectedLive(log: readonly LogRecord[]): Map<string, { ingestionId: string; version: number }> {
  const receipts = new Map<string, Set<unknown>>();
  const given = new Set<string>();
  const retractedThrough = new Map<string, number>();
  const live = new Map<string, { key: string; ingestionId: string; version: number }>();
  for (const { type, payload } of log) {
    const key = `${String(payload['namespace'])}/${String(payload['documentId'])}`;
    const ingestionId = String(payload['ingestionId']);
    const version = Number(payload['version']);
    if (type === 'DocumentRetracted') retractedThrough.set(key, Math.max(version, retractedThrough.get(key) ?? 0));
    if (given.has(ingestionId) || version <= (retractedThrough.get(key) ?? 0)) continue;
    if (type === 'CompensationRequested') given.add(ingestionId);
    if (type !== 'StoreWritten') continue;
    const stores = receipts.get(ingestionId) ?? new Set();
    receipts.set(ingestionId, stores.add(payload['store']));
    if (stores.size < 4) continue;
    given.add(ingestionId);
    live.set(ingestionId, { key, ingestionId, version });
  }
  const expected = new Map<string, { ingestionId: string; version: number }>();
  for (const { key, ...one } of live.values()) {
    const newest = one.version > (expected.get(key)?.version ?? 0);
    if (newest && one.version > (retractedThrough.get(key) ?? 0)) expected.set(key, one);
  }
  return expected;
}
