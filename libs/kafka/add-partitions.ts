import type { Admin } from 'kafkajs';

import { topics } from '#events';
import { PermanentFailure } from '#failure';
import type { Log } from '#telemetry';

import { readLag } from './fetch-lag.js';
import { readMembers } from './fetch-members.js';
import { kafkaClient, type KafkaConnection } from './kafka-client.js';
import { withAdmin } from './with-admin.js';
import { groupPrefix, roleOf } from './worker-ports.js';

export interface AddPartitionsOptions extends KafkaConnection {
  /** How many every topic is to have. */
  readonly partitions: number;
  readonly log: Log;
}

/**
 * Gives every topic as many partitions. Documents go to other ones from then on, so nothing may be on its way: it is
 * refused while a group has members, or has not read everything. A topic that has as many is left alone, so that one
 * that was cut off is finished by the next try.
 * @returns how many each topic had.
 * @throws PermanentFailure `not-quiet` with a line for everything that is on its way, `fewer-partitions` if a topic has
 *   more, which Kafka can't take away, `no-topics` if there are none yet; TransientFailure if Kafka can't be reached.
 */
export async function addPartitions(options: AddPartitionsOptions): Promise<ReadonlyMap<string, number>> {
  const { partitions, ...client } = options;
  return withAdmin(kafkaClient({ ...client, clientId: 'penstock.partitions' }), async (admin) => {
    const counts = await partitionCounts(admin);
    requireFewer(counts, partitions);
    const busy = [...(await groupsWithMembers(admin)), ...(await unread(admin))];
    if (busy.length > 0) throw new PermanentFailure(busy.join('\n'), { reason: 'not-quiet' });
    const topicPartitions = [...counts].flatMap(([topic, had]) =>
      had < partitions ? [{ topic, count: partitions }] : [],
    );
    if (topicPartitions.length > 0) await admin.createPartitions({ topicPartitions });
    return counts;
  });
}

async function partitionCounts(admin: Admin): Promise<Map<string, number>> {
  const existing = new Set(await admin.listTopics());
  const names = Object.values(topics).flatMap(({ name }) => (existing.has(name) ? [name] : []));
  if (names.length === 0) throw new PermanentFailure('there are no topics yet', { reason: 'no-topics' });
  const found = await admin.fetchTopicMetadata({ topics: names });
  return new Map(found.topics.map(({ name, partitions }) => [name, partitions.length]));
}

function requireFewer(counts: ReadonlyMap<string, number>, wanted: number): void {
  const more = [...counts].filter(([, had]) => had > wanted).map(([topic, had]) => `${topic} has ${had} partitions`);
  if (more.length > 0) throw new PermanentFailure(more.join('\n'), { reason: 'fewer-partitions' });
}

async function groupsWithMembers(admin: Admin): Promise<string[]> {
  const { groups } = await admin.listGroups();
  const ours = groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(groupPrefix));
  if (ours.length === 0) return [];
  const members = await readMembers(admin, ours);
  return [...members].flatMap(([group, count]) => (count === 0 ? [] : [`${roleOf(group)} still runs: ${count}`]));
}

async function unread(admin: Admin): Promise<string[]> {
  const lags = (await readLag(admin)).filter(({ lag }) => lag !== 0);
  return lags.map(
    ({ group, topic, partition, lag }) => `${roleOf(group)} has not read ${lag} events of ${topic}/${partition}`,
  );
}
