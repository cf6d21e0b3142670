import { Kafka, logLevel, Partitioners } from 'kafkajs';

import { topics } from '#events';

import { poisonHeader, type Poison } from './poison-letters.js';
import type { PlannedFault } from './plan-faults.js';
import { readTopics, type LogEnds, type SeenRecord } from './read-topics.js';
import type { Seeded } from './seeded.js';

const pipelineTopics = Object.values(topics)
  .map(({ name }) => name)
  .filter((name) => name !== topics.deadLetter.name);
const repeatedMax = 40;

/** What a trial lets strangers write to the topics. */
export interface LogVictims {
  readonly brokers: string;
  /** Where each topic ended when the trial began: only what this trial wrote is repeated. */
  readonly began: LogEnds;
  readonly namespaces: readonly string[];
  /** Where the poison went; added to. */
  readonly poison: Poison[];
}

/** Writes records of this trial once more, or records that nobody can read. */
export async function hurtLog({ kind, random }: PlannedFault, victims: LogVictims): Promise<void> {
  const topic = random.pick(pipelineTopics);
  const read = await readTopics(victims.brokers, [topic], victims.began);
  // Poison is counted by its place, so it is not repeated.
  const records = read.filter(({ headers, value }) => headers[poisonHeader] === undefined && value !== null);
  if (kind === 'poison') {
    const record = poisonFor(topic, records, random, victims.namespaces);
    const [place] = await produce(victims.brokers, topic, [record]);
    if (place !== undefined) victims.poison.push({ ...place, ...typeOf(record) });
    return;
  }
  const from = random.between(0, Math.max(0, records.length - repeatedMax));
  await produce(victims.brokers, topic, records.slice(from, from + random.between(1, repeatedMax)));
}

type Written = Pick<SeenRecord, 'key' | 'value' | 'headers'>;

/** A readable value under a wrong key is poison only to those who read its type. */
function typeOf({ headers }: Written): { type?: string } {
  const type = headers['ce_type'];
  return type === undefined ? {} : { type };
}

/** Broken bytes under the key of a stranger or of an ingestion on its way, or whole ones under a wrong key. */
function poisonFor(
  topic: string,
  records: readonly SeenRecord[],
  random: Seeded,
  namespaces: readonly string[],
): Written {
  const some = records.length === 0 ? undefined : random.pick(records);
  const stranger = `${random.pick(namespaces)}/nobody-${random.between(0, 1e9)}`;
  const dice = random.next();
  const value = broken(some?.value ?? Buffer.from('nothing at all'), random);
  if (some === undefined || dice < 0.4) return { key: stranger, value, headers: { [poisonHeader]: 'yes' } };
  const { ce_type: type = '', ce_dataschema: _schema, ...others } = some.headers;
  const headers = { ...others, [poisonHeader]: 'yes' };
  if (dice < 0.6 && topic !== topics.submitted.name) {
    return { key: stranger, value: some.value, headers: { [poisonHeader]: 'yes', ce_type: type } };
  }
  return { key: some.key, value, headers };
}

function broken(value: Buffer, random: Seeded): Buffer | null {
  const unknownSchema = Buffer.concat([value.subarray(0, 1), Buffer.alloc(4), value.subarray(5)]);
  unknownSchema.writeInt32BE(999_000 + random.between(0, 999), 1);
  const wrongMagic = Buffer.from(value);
  wrongMagic[0] = 7;
  const cut = value.subarray(0, random.between(6, Math.max(6, Math.floor(value.length / 3))));
  return random.pick([null, Buffer.alloc(0), cut, unknownSchema, wrongMagic, Buffer.from('{"documentId": "no Avro"}')]);
}

/** Where the records went. @throws if the broker is away: then it is unknown whether they were written. */
async function produce(
  brokers: string,
  topic: string,
  records: readonly Written[],
): Promise<{ topic: string; partition: number; offset: string }[]> {
  if (records.length === 0) return [];
  const retry = { retries: 0 };
  const kafka = new Kafka({ brokers: [brokers], clientId: 'stranger', logLevel: logLevel.NOTHING, retry });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    const messages = records.map(({ key, value, headers }) => ({ key, value, headers }));
    const sent = await producer.send({ topic, messages, acks: -1 });
    return sent.map(({ partition, baseOffset }) => ({ topic, partition, offset: String(baseOffset) }));
  } finally {
    await producer.disconnect();
  }
}
