import { randomUUID } from 'node:crypto';

import { Kafka, logLevel, type ISocketFactory, type KafkaMessage } from 'kafkajs';

import {
  documentKey,
  EventCodec,
  eventType,
  SchemaRegistryClient,
  topics,
  type DocumentStaged,
  type Emission,
  type EventPayloads,
} from '#events';
import { PoisonMessage, type PenstockFailure } from '#failure';
import { createLogger, Metrics } from '#telemetry';

import { BatchConsumer, type BatchConsumerOptions } from './batch-consumer.js';
import type { RoleSpec } from './contract.js';
import { ensureTopics } from './ensure-topics.js';
import { textHeaders } from './kafka-record.js';
import { KafkaPublisher } from './publisher.js';

export const log = createLogger(process.env['PENSTOCK_TEST_LOG'] ?? 'silent');
const stack = JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { kafka?: string };
export const brokers = (stack.kafka ?? '').split(',');
export const partitions = 6;

/** Test-side client, beside the code under test. */
export const kafka = new Kafka({ brokers, clientId: 'test', logLevel: logLevel.NOTHING });

/** A registry of its own, so that these tests need nothing but a broker. */
class RegistryInMemory extends SchemaRegistryClient {
  private readonly sources: string[] = [];
  down = false;

  register(_subject: string, source: string): Promise<number> {
    return Promise.resolve(this.sources.push(source));
  }

  schemaById(id: number): Promise<string> {
    const source = this.sources[id - 1];
    if (source === undefined) return Promise.reject(new PoisonMessage('unknown', { reason: 'unknown-schema' }));
    return Promise.resolve(source);
  }
}

export const codec = new EventCodec(new RegistryInMemory(), new URL('../../avro/', import.meta.url));

export async function prepareBroker(): Promise<void> {
  await codec.start();
  await ensureTopics({ brokers, partitions, replicationFactor: 1, log });
}

export const config = {
  sessionTimeoutMs: 6000,
  handlerDeadlineMs: 20_000,
  batchRecordsMax: 50,
  writeDeadlineMs: 600_000,
};

export const aName = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 8)}`;

/** A role nobody else has, reading staged documents and writing parsed ones. */
export function aRole(overrides: Partial<RoleSpec> = {}): RoleSpec {
  return { role: aName('role'), consumes: ['DocumentStaged'], produces: ['DocumentParsed'], ...overrides };
}

export function aStagedDocument(namespace: string, documentId: string, version = 1): DocumentStaged {
  return {
    ...{ namespace, documentId, version, ingestionId: randomUUID(), source: 'inline', location: null, title: null },
    ...{ mediaType: 'text/plain', metadata: {}, submittedAt: 0, sha256: '0'.repeat(64), sizeBytes: 0 },
    ...{ stagingRef: 'none', stagedAt: 0 },
  };
}

/** The output of the stages under test: the same document, parsed into nothing. */
export function parsed(document: DocumentStaged): EventPayloads['DocumentParsed'] {
  const { stagedAt: _stagedAt, ...rest } = document;
  return {
    ...rest,
    part: 1,
    parts: 1,
    chunkCount: 0,
    chunks: [],
    record: null,
    warnings: [],
    children: 0,
    mapped: null,
    parsedAt: 0,
  };
}

export interface Rig {
  readonly consumer: BatchConsumer;
  readonly metrics: Metrics;
  readonly fatal: PenstockFailure[];
  stop(): Promise<void>;
}

/** A running instance of a role with a publisher of its own. */
export async function run(
  role: RoleSpec,
  stage: BatchConsumerOptions['stage'],
  options: { config?: Partial<typeof config>; socketFactory?: ISocketFactory; joined?: boolean } = {},
): Promise<Rig> {
  const metrics = new Metrics();
  const instance = aName('i');
  const shared = { brokers, instance, codec, log, metrics, nowMs: () => Date.now() };
  const publisher = new KafkaPublisher({ ...shared, role: role.role });
  await publisher.start();
  const fatal: PenstockFailure[] = [];
  const { socketFactory } = options;
  const consumer = new BatchConsumer({
    ...{ ...shared, role, stage, publisher, config: { ...config, ...options.config } },
    onFatal: (failure) => void fatal.push(failure),
    ...(socketFactory === undefined ? {} : { socketFactory }),
  });
  const started = consumer.start();
  if (options.joined === false) started.catch(() => undefined);
  else await started;
  const stop = async (): Promise<void> => {
    await consumer.stop();
    await publisher.close();
  };
  return { consumer, metrics, fatal, stop };
}

/** Sends raw records, in order, as any producer may. */
export async function send(
  topic: string,
  ...messages: { key: string | null; value: Buffer | null; headers?: Record<string, string>; partition?: number }[]
): Promise<void> {
  const producer = kafka.producer({ createPartitioner: (await import('kafkajs')).Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, messages });
  await producer.disconnect();
}

export function encoded(event: Emission): { key: string; value: Buffer; headers: Record<string, string> } {
  const { ingestionId, version } = event.payload;
  const headers = {
    ce_type: eventType(event.type),
    ...(ingestionId === null ? {} : { ce_ingestionid: ingestionId, ce_documentversion: String(version) }),
  };
  return { key: documentKey(event.payload), value: codec.encode(event), headers };
}

export async function stage(...documents: DocumentStaged[]): Promise<void> {
  await send(topics.staged.name, ...documents.map((payload) => encoded({ type: 'DocumentStaged', payload })));
}

export interface Seen {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | undefined;
  readonly value: Buffer | null;
  readonly headers: Record<string, string>;
}

/** Everything that lies in a topic now, oldest first within a partition. */
export async function readTopic(topic: string): Promise<Seen[]> {
  const admin = kafka.admin();
  await admin.connect();
  const open = new Map(
    (await admin.fetchTopicOffsets(topic)).filter((p) => p.high !== p.low).map((p) => [p.partition, p.high]),
  );
  await admin.disconnect();
  const seen: Seen[] = [];
  if (open.size === 0) return seen;
  const reader = kafka.consumer({ groupId: aName('reader'), maxWaitTimeInMs: 100 });
  await reader.connect();
  await reader.subscribe({ topic, fromBeginning: true });
  const all = Promise.withResolvers<void>();
  const eachMessage = ({ partition, message }: { partition: number; message: KafkaMessage }): Promise<void> => {
    const { offset, key, value, headers } = message;
    seen.push({ topic, partition, offset, key: key?.toString(), value, headers: textHeaders(headers ?? {}) });
    if (BigInt(offset) + 1n >= BigInt(open.get(partition) ?? 0)) open.delete(partition);
    if (open.size === 0) all.resolve();
    return Promise.resolve();
  };
  await reader.run({ eachMessage });
  await all.promise;
  await reader.disconnect();
  return seen;
}

/** Waits for a condition, up to a bound under the test's own, since a group may read all that earlier tests left. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  boundMs = 150_000,
): Promise<void> {
  const endMs = Date.now() + boundMs;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Committed offset of a role on a partition of a topic; -1 for none. */
export async function committed(role: RoleSpec, topic: string, partition: number): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  const [offsets] = await admin.fetchOffsets({ groupId: `penstock.${role.role}`, topics: [topic] });
  await admin.disconnect();
  return Number(offsets?.partitions.find((p) => p.partition === partition)?.offset ?? -1);
}
