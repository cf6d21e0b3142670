import type { Admin } from 'kafkajs';

import { classify } from '#failure';
import type { Log } from '#telemetry';

import { kafkaClient, type KafkaConnection } from './kafka-client.js';

/**
 * How many members each of the given groups has, by group; 0 for a group that nobody joined.
 * @throws TransientFailure if Kafka can't be reached.
 */
export async function fetchMembers(
  options: KafkaConnection & {
    readonly groups: readonly string[];
    readonly log: Log;
  },
): Promise<Map<string, number>> {
  const admin = kafkaClient({ ...options, clientId: 'penstock.status' }).admin();
  try {
    await admin.connect();
    return await readMembers(admin, options.groups);
  } catch (error) {
    throw classify(error);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** What `fetchMembers` tells, by a client that is connected. Throws what the driver throws. */
export async function readMembers(admin: Admin, groups: readonly string[]): Promise<Map<string, number>> {
  const described = await admin.describeGroups([...groups]);
  return new Map(described.groups.map(({ groupId, members }) => [groupId, members.length]));
}
