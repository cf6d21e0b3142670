import type { Admin } from 'kafkajs';

import { classify } from '#failure';
import type { Log } from '#telemetry';

import { readLag } from './fetch-lag.js';
import { readMembers } from './fetch-members.js';
import { kafkaClient, type KafkaConnection } from './kafka-client.js';

/** Where a group of Penstock stands on all of its topics together. */
export interface GroupFlow {
  readonly group: string;
  readonly members: number;
  /** Sum of the committed offsets: its growth is what the group has handled in between. */
  readonly committed: number;
  readonly lag: number;
}

/** Reads again and again where groups stand, by one client that stays connected until it fails or is closed. */
export class GroupFlows {
  private connected: Admin | undefined;

  constructor(private readonly options: KafkaConnection & { readonly log: Log }) {}

  /**
   * A flow for each of the groups, in their order; one that never committed stands at 0.
   * @throws TransientFailure if Kafka can't be reached.
   */
  async read(groups: readonly string[]): Promise<GroupFlow[]> {
    try {
      const admin = await this.admin();
      const lags = await readLag(admin);
      const members = await readMembers(admin, groups);
      return groups.map((group) => {
        const own = lags.filter((one) => one.group === group);
        const sum = (count: (one: (typeof own)[number]) => number): number =>
          own.reduce((total, one) => total + count(one), 0);
        const [committed, lag] = [sum((one) => one.committed), sum((one) => one.lag)];
        return { group, members: members.get(group) ?? 0, committed, lag };
      });
    } catch (error) {
      await this.close();
      throw classify(error);
    }
  }

  async close(): Promise<void> {
    const admin = this.connected;
    this.connected = undefined;
    await admin?.disconnect().catch(() => undefined);
  }

  private async admin(): Promise<Admin> {
    if (this.connected !== undefined) return this.connected;
    const admin = kafkaClient({ ...this.options, clientId: 'penstock.board' }).admin();
    this.connected = admin;
    await admin.connect();
    return admin;
  }
}
