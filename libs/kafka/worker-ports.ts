import type { Config } from '#config';
import { topicOfEvent, topics, type EventCodec } from '#events';
import type { PenstockFailure } from '#failure';
import type { Log, Metrics, Tracer } from '#telemetry';

import type { RoleSpec } from './contract.js';
import type { RecordPublisher } from './record-publisher.js';

/** Settings of the consumer loop. */
export type ConsumerConfig = Pick<
  Config,
  'sessionTimeoutMs' | 'handlerDeadlineMs' | 'batchRecordsMax' | 'writeDeadlineMs'
>;

/** What every partition of a role shares. */
export interface WorkerPorts {
  readonly role: RoleSpec;
  readonly codec: Pick<EventCodec, 'decode'>;
  readonly publisher: RecordPublisher;
  readonly config: ConsumerConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracer?: Tracer | undefined;
  readonly nowMs: () => number;
}

/** What one partition may ask of the consumer it is assigned to. */
export interface WorkerHooks {
  readonly topic: string;
  readonly partition: number;
  /** Aborted when the partition is lost; nothing may be published or committed afterwards. */
  readonly signal: AbortSignal;
  /** Offset from which a restart would read, if one is known. */
  readonly committed: () => bigint | undefined;
  readonly commit: (offset: bigint) => Promise<void>;
  /** Offset after the last record of the partition, as its broker says now. */
  readonly logEnd: () => Promise<bigint>;
  /** There is room for more records. */
  readonly drained: () => void;
  /** Throws this consumer away: the partition must be read again from its committed offset. */
  readonly restart: (cause: string) => void;
  /** Stops the role: going on would lose or skip something. */
  readonly fatal: (failure: PenstockFailure) => void;
}

/** Names of the topics a role reads. */
export function topicsOf({ consumes, takes = [] }: RoleSpec): string[] {
  return [...new Set([...consumes.map((type) => topicOfEvent[type]), ...takes].map((key) => topics[key].name))];
}

/** What the groups of Penstock begin with; the role follows. */
export const groupPrefix = 'penstock.';

/** `group.id` of a role; stable for ever, or its topics are read again from the start. */
export function groupOf(role: string): string {
  return `${groupPrefix}${role}`;
}

/** The role of a group of Penstock. */
export function roleOf(group: string): string {
  return group.slice(groupPrefix.length);
}
