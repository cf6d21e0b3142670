import type { Consumer } from 'kafkajs';

import type { PenstockFailure } from '#failure';

import { partitionKey, type Assignment } from './join-bounds.js';

/** Why a session is over. With a failure: for good. */
export interface SessionEnd {
  readonly cause: string;
  readonly failure?: PenstockFailure;
}

/** What a session wants to know of its kafkajs consumer. Called inside kafkajs, so none of them may throw. */
export interface SessionListener {
  /** The connection does something. */
  readonly alive: () => void;
  /** The group coordinator has answered: the assignment holds for another session timeout. */
  readonly heard: () => void;
  readonly joined: (assignment: Assignment) => void;
  readonly rebalancing: () => void;
  readonly ended: (cause: string, error?: Error) => void;
  /** A fetch that held nothing but transaction markers or aborted records. */
  readonly passedOver: (partitionKey: string, firstOffset: bigint, lastOffset: bigint) => void;
}

export function listenToSession(consumer: Consumer, listener: SessionListener): void {
  const { events } = consumer;
  for (const event of [events.CONNECT, events.FETCH, events.FETCH_START, events.HEARTBEAT, events.GROUP_JOIN]) {
    consumer.on(event, () => listener.alive());
  }
  consumer.on(events.HEARTBEAT, () => listener.heard());
  consumer.on(events.GROUP_JOIN, ({ payload }) => {
    listener.heard();
    listener.joined(payload.memberAssignment);
  });
  consumer.on(events.REBALANCING, () => listener.rebalancing());
  consumer.on(events.CRASH, ({ payload }) => listener.ended('crash', payload.error));
  // A crash disconnects first and says so afterwards; it is the better cause.
  consumer.on(events.DISCONNECT, () => void setImmediate(() => listener.ended('disconnect')));
  consumer.on(events.START_BATCH_PROCESS, ({ payload }) => {
    const { topic, partition, batchSize, firstOffset, lastOffset } = payload;
    if (batchSize > 0 || (firstOffset as string | null) === null) return;
    listener.passedOver(partitionKey(topic, partition), BigInt(firstOffset), BigInt(lastOffset));
  });
}
