import { classify } from '#failure';
import type { Log } from '#telemetry';

import { kafkaClient } from './kafka-client.js';

/**
 * How many members each of the given groups has, by group; 0 for a group that nobody joined.
 * @throws TransientFailure if Kafka can't be reached.
 */
export async function fetchMembers(options: {
  readonly brokers: readonly string[];
  readonly groups: readonly string[];
  readonly log: Log;
}): Promise<Map<string, number>> {
  const admin = kafkaClient({ ...options, clientId: 'penstock.status' }).admin();
  try {
    await admin.connect();
    const { groups } = await admin.describeGroups([...options.groups]);
    return new Map(groups.map(({ groupId, members }) => [groupId, members.length]));
  } catch (error) {
    throw classify(error);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
