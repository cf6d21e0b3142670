import type { Admin } from 'kafkajs';

import { topics, type TopicSpec } from '#events';
import { PermanentFailure, TransientFailure } from '#failure';
import type { Log } from '#telemetry';

import { abortableWait } from './abortable-wait.js';
import { kafkaClient, type KafkaConnection } from './kafka-client.js';
import { errorTypes } from './kafka-errors.js';
import { withAdmin } from './with-admin.js';

export interface EnsureTopicsOptions extends KafkaConnection {
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly log: Log;
}

const leaderWaitMs = 30_000;
const pollMs = 100;
/**
 * A dead letter is a record that fitted its topic plus headers that say why. It is packed with gzip, which may do less
 * well than what its producer used; one that still does not fit is cut short.
 */
const deadLetterBytesMax = 2 * 1024 * 1024;

/**
 * Creates the topics that are missing and waits until every partition has a leader, so that nothing is subscribed to
 * or published before it can be. Several processes may do this at once.
 * @throws PermanentFailure if a topic has another number of partitions: keys would go to other partitions than those
 *   their documents are in; TransientFailure if Kafka can't be reached or elects no leaders.
 */
export async function ensureTopics(options: EnsureTopicsOptions): Promise<void> {
  await withAdmin(kafkaClient({ ...options, clientId: 'penstock.topics' }), async (admin) => {
    await createMissing(admin, options);
    await waitForLeaders(admin, options.partitions);
  });
}

async function createMissing(admin: Admin, { partitions, replicationFactor }: EnsureTopicsOptions): Promise<void> {
  const existing = new Set(await admin.listTopics());
  for (const { name, retentionMs } of allTopics()) {
    if (existing.has(name)) continue;
    const configEntries = [
      { name: 'cleanup.policy', value: 'delete' },
      { name: 'retention.ms', value: String(retentionMs) },
      ...(name === topics.deadLetter.name ? [{ name: 'max.message.bytes', value: String(deadLetterBytesMax) }] : []),
    ];
    const spec = { topic: name, numPartitions: partitions, replicationFactor, configEntries };
    try {
      await admin.createTopics({ topics: [spec], waitForLeaders: false });
    } catch (error) {
      if (!alreadyExists(error)) throw error;
    }
  }
}

function alreadyExists(error: unknown): boolean {
  const { errors } = error as { errors?: readonly unknown[] };
  return [error, ...(errors ?? [])].some((one) => errorTypes(one).includes('TOPIC_ALREADY_EXISTS'));
}

async function waitForLeaders(admin: Admin, partitions: number): Promise<void> {
  const names = allTopics().map(({ name }) => name);
  const never = new AbortController().signal;
  for (let waitedMs = 0; waitedMs < leaderWaitMs; waitedMs += pollMs) {
    const found = await describe(admin, names);
    for (const [name, leaders] of found) {
      if (leaders.length > 0 && leaders.length !== partitions) throw wrongCount(name, leaders.length, partitions);
    }
    if (names.every((name) => found.get(name)?.every((leader) => leader >= 0) ?? false)) return;
    await abortableWait(pollMs, never);
  }
  throw new TransientFailure('topics have no leaders', { reason: 'no-leader' });
}

/** Leaders of the partitions of each topic that exists; -1 for none. */
async function describe(admin: Admin, names: readonly string[]): Promise<Map<string, number[]>> {
  try {
    const { topics: described } = await admin.fetchTopicMetadata({ topics: [...names] });
    return new Map(described.map(({ name, partitions }) => [name, partitions.map(({ leader }) => leader)]));
  } catch (error) {
    // A topic that was created a moment ago by somebody else is not known everywhere at once.
    if (errorTypes(error).some((type) => notYet.has(type))) return new Map();
    throw error;
  }
}

const notYet = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

function wrongCount(name: string, found: number, wanted: number): PermanentFailure {
  return new PermanentFailure(`topic ${name} has ${found} partitions, PENSTOCK_PARTITIONS says ${wanted}`, {
    reason: 'partition-count',
  });
}

function allTopics(): readonly TopicSpec[] {
  return Object.values(topics);
}
