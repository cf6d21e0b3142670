import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import kafkajs, {
  Kafka,
  logLevel,
  Partitioners,
  type Consumer,
  type IHeaders,
  type Message,
  type Producer,
} from 'kafkajs';

import { testStack } from '../services/addresses.js';
import { eventually } from './eventually.js';

export const submittedTopic = 'penstock.documents.submitted';
export const sagaTopic = 'penstock.documents.saga';
export const deadLetterTopic = 'penstock.documents.dead-letter';

/** A record as any Kafka client sees it. */
export interface SeenRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestampMs: number;
}

/** What every event of the saga names. */
interface SagaPayload {
  readonly namespace: string;
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
  readonly [field: string]: unknown;
}

/**
 * Somebody else's system: plain kafkajs and the Confluent registry client, as their documentation shows them. All it
 * has of Penstock is the text of a schema and the name of a topic.
 */
export class KafkaOutsider {
  readonly registry = new SchemaRegistry({ host: testStack().registry });
  private readonly kafka = new Kafka({
    brokers: testStack().kafka.split(','),
    clientId: 'outsider',
    logLevel: logLevel.NOTHING,
  });
  private readonly producer: Producer = this.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  private readonly consumers: Consumer[] = [];
  private schemaId: Promise<number> | undefined;

  connect(): Promise<void> {
    return this.producer.connect();
  }

  async close(): Promise<void> {
    await Promise.all([this.producer.disconnect(), ...this.consumers.map((consumer) => consumer.disconnect())]);
  }

  async send(topic: string, ...messages: Message[]): Promise<void> {
    await this.producer.send({ topic, messages });
  }

  /** Sends a record in a batch packed with zstd, as a producer with `compression.type=zstd` does. */
  async sendPacked(topic: string, message: Message): Promise<void> {
    await this.producer.send({ topic, messages: [message], compression: kafkajs.CompressionTypes.ZSTD });
  }

  /** Encodes a submission under a subject of the topic's name, the default of Confluent's own serializers. */
  async encodeSubmitted(payload: Readonly<Record<string, unknown>>): Promise<Buffer> {
    const schema = readFileSync(new URL('../../avro/DocumentSubmitted.avsc', import.meta.url), 'utf8');
    const subject = `${submittedTopic}-value`;
    this.schemaId ??= this.registry.register({ type: SchemaType.AVRO, schema }, { subject }).then(({ id }) => id);
    return this.registry.encode(await this.schemaId, payload);
  }

  /** Submits an inline document by a record that has neither key nor headers. */
  async submit(payload: Readonly<Record<string, unknown>>): Promise<void> {
    const full = { source: 'inline', submittedAt: Date.now(), ...payload };
    await this.send(submittedTopic, { value: await this.encodeSubmitted(full) });
  }

  /** Sends an event of the saga with the schema that the registry has of it. */
  async sendEvent(topic: string, name: string, payload: SagaPayload): Promise<void> {
    const type = `io.penstock.events.v1.${name}`;
    const value = await this.registry.encode(await this.registry.getLatestSchemaId(type), payload);
    const key = `${payload.namespace}/${payload.documentId}`;
    const { ingestionId: ce_ingestionid, version } = payload;
    await this.send(topic, {
      key,
      value,
      headers: { ce_type: type, ce_ingestionid, ce_documentversion: `${version}` },
    });
  }

  /** What a record says, by the registry client alone, and the last word of its type. */
  async decode({ value, headers }: SeenRecord): Promise<{ readonly type: string; readonly payload: object }> {
    const type = headers['ce_type']?.split('.').at(-1) ?? '';
    return { type, payload: (await this.registry.decode(value ?? Buffer.alloc(0))) as object };
  }

  /** Names of all topics there are. */
  async topics(): Promise<string[]> {
    const admin = this.kafka.admin();
    await admin.connect();
    const names = await admin.listTopics();
    await admin.disconnect();
    return names.sort();
  }

  /** Collects every record written to these topics from now on. */
  async watch(...topics: string[]): Promise<readonly SeenRecord[]> {
    const admin = this.kafka.admin();
    await admin.connect();
    const starts = await Promise.all(
      topics.map(async (topic) => ({ topic, ends: await admin.fetchTopicOffsets(topic) })),
    );
    await admin.disconnect();
    const seen: SeenRecord[] = [];
    const consumer = this.kafka.consumer({ groupId: `outsider-${randomUUID()}` });
    this.consumers.push(consumer);
    let joined = false;
    consumer.on(consumer.events.GROUP_JOIN, () => void (joined = true));
    await consumer.connect();
    await consumer.subscribe({ topics });
    await consumer.run({
      eachMessage: ({ topic, message }) => {
        const headers = textOf(message.headers ?? {});
        const [key, timestampMs] = [message.key?.toString() ?? '', Number(message.timestamp)];
        seen.push({ topic, key, value: message.value, headers, timestampMs });
        return Promise.resolve();
      },
    });
    for (const { topic, ends } of starts) {
      for (const { partition, high } of ends) consumer.seek({ topic, partition, offset: high });
    }
    await eventually('the watching consumer to have its partitions', () => joined || undefined);
    return seen;
  }
}

function textOf(headers: IHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
