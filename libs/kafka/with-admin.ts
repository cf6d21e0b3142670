import type { Admin, Kafka } from 'kafkajs';

import { classify } from '#failure';

/**
 * Asks the brokers over a connection of its own, for what is asked rarely.
 * @throws PenstockFailure as `classify` makes of what the work throws; TransientFailure if Kafka can't be reached.
 */
export async function withAdmin<T>(kafka: Pick<Kafka, 'admin'>, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw classify(error);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
