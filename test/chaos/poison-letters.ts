import { roles } from '../../apps/roles.js';
import { eventType, topicOfEvent, topics } from '#events';

import type { SeenRecord } from './read-topics.js';

/** Stands on each record that a trial poisoned. */
export const poisonHeader = 'x-poison';

/** Where a poison record stands in the log, and its type where it says one. */
export interface Poison {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly type?: string;
}

/** Each group that reads a poison record buries it for itself: what letters there have to be. */
export function expectedLetters(poison: readonly Poison[]): string[] {
  return poison.flatMap((one) => groupsOf(one).map((group) => nameOf(one, group)));
}

/** The letters that came of records which nobody could read; documents that a store refused have letters as well. */
export function poisonLetters(deadLetters: readonly SeenRecord[]): string[] {
  return deadLetters
    .filter(({ headers }) => headers['deadletter.failure-type'] === 'PoisonMessage')
    .map(({ headers }) => {
      const { 'deadletter.topic': topic = '', 'deadletter.offset': offset = '' } = headers;
      const place = { topic, offset, partition: Number(headers['deadletter.partition']) };
      return nameOf(place, headers['deadletter.group'] ?? '');
    });
}

function groupsOf({ topic, type }: Poison): string[] {
  const readers = roles.filter(({ consumes }) =>
    consumes.some(
      (event) => topics[topicOfEvent[event]].name === topic && (type === undefined || eventType(event) === type),
    ),
  );
  return readers.map(({ role }) => `penstock.${role}`);
}

function nameOf({ topic, partition, offset }: Poison, group: string): string {
  return `${topic}/${partition}@${offset} of ${group}`;
}
