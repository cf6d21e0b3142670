import { Kafka, logLevel, type Admin } from 'kafkajs';

import { fetchLag, type PartitionLag } from '#kafka';
import { createLogger } from '#telemetry';

import { eventually } from '../e2e/eventually.js';
import { sagaTopic } from '../e2e/kafka-outsider.js';
import type { StoreViews } from '../e2e/store-views.js';
import { testStack } from '../services/addresses.js';

/** A topic under the group of one role, for tests in which that role is away for too long. */
export class TopicRetention {
  readonly groupId: string;
  private readonly admin: Admin;

  constructor(
    role: string,
    private readonly patienceMs: number,
    private readonly topic = sagaTopic,
  ) {
    this.groupId = `penstock.${role}`;
    this.admin = new Kafka({ brokers: [testStack().kafka], logLevel: logLevel.NOTHING }).admin();
  }

  connect(): Promise<void> {
    return this.admin.connect();
  }

  close(): Promise<void> {
    return this.admin.disconnect();
  }

  async lags(): Promise<PartitionLag[]> {
    const all = await fetchLag({ brokers: [testStack().kafka], log: createLogger('silent') });
    return all.filter((one) => one.topic === this.topic);
  }

  /** Waits until every group has read and settled all there is, but for one that is away. */
  allRead(but?: string): Promise<true> {
    return eventually(
      `${this.topic} to be read`,
      async () => (await this.lags()).every(({ group, lag }) => lag === 0 || group === but) || undefined,
      this.patienceMs,
    );
  }

  async committed(): Promise<string> {
    return JSON.stringify(await this.admin.fetchOffsets({ groupId: this.groupId, topics: [this.topic] }));
  }

  /** Does to the topic what retention does: nothing that was written so far stays. */
  async expire(): Promise<void> {
    const ends = await this.admin.fetchTopicOffsets(this.topic);
    const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
    await this.admin.deleteTopicRecords({ topic: this.topic, partitions });
  }

  /** What the runbook says: the group begins anew with what is left. */
  async moveOn(): Promise<void> {
    const offsets = await this.admin.fetchTopicOffsets(this.topic);
    const partitions = offsets.map(({ partition, low }) => ({ partition, offset: low }));
    await eventually(
      'the group to be empty',
      async () => {
        await this.admin.setOffsets({ groupId: this.groupId, topic: this.topic, partitions });
        return true;
      },
      this.patienceMs,
    );
  }
}

/** What three days do to what the ledger knows of a namespace. */
export async function threeDaysPass(stores: StoreViews, namespace: string): Promise<void> {
  await stores.sql(
    `UPDATE penstock.ingestions SET admitted_at = admitted_at - interval '3 days',
       updated_at = updated_at - interval '3 days' WHERE namespace = $1`,
    [namespace],
  );
}
