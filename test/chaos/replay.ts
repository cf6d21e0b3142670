import { Kafka, logLevel, type Admin } from 'kafkajs';

import { eventually } from '../e2e/eventually.js';
import type { LogEnds } from './read-topics.js';
import type { World } from './world.js';

/** Ends all processes in good order, sets every group back to where the log ended then, and starts them again. */
export async function replay({ roles, addresses }: World, from: LogEnds, groups: readonly string[]): Promise<void> {
  await roles.halt('SIGTERM');
  const kafka = new Kafka({ brokers: [addresses.kafka], clientId: 'replay', logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    // The client joins a group for each of its topics, which takes seconds: groups don't wait for one another.
    await Promise.all(groups.map((groupId) => rewind(admin, groupId, from)));
  } finally {
    await admin.disconnect();
  }
  roles.note('replay');
  await roles.start();
}

async function rewind(admin: Admin, groupId: string, from: LogEnds): Promise<void> {
  for (const { topic } of await admin.fetchOffsets({ groupId })) {
    const ends = [...(from.get(topic) ?? [])];
    const partitions = ends.map(([partition, offset]) => ({ partition, offset: `${offset}` }));
    // A member that was killed a moment ago is still counted until its session ends.
    await eventually(`${groupId} to be empty`, async () => {
      await admin.setOffsets({ groupId, topic, partitions });
      return true;
    });
  }
}
