import type { Admin } from 'kafkajs';

import type { Log } from '#telemetry';

import { kafkaClient, type KafkaConnection } from './kafka-client.js';
import { withAdmin } from './with-admin.js';

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
  const kafka = kafkaClient({ ...options, clientId: 'penstock.status' });
  return withAdmin(kafka, (admin) => readMembers(admin, options.groups));
}

/** What `fetchMembers` tells, by a client that is connected. Throws what the driver throws. */
export async function readMembers(admin: Admin, groups: readonly string[]): Promise<Map<string, number>> {
  const described = await admin.describeGroups([...groups]);
  return new Map(described.groups.map(({ groupId, members }) => [groupId, members.length]));
}
