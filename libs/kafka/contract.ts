import type { Emission, EventName, EventPayloads, TopicKey } from '#events';
import type { PenstockFailure } from '#failure';

import type { KafkaRecord } from './kafka-record.js';

/** An event as it came from the log, decoded. */
export type ReceivedEvent = Emission & {
  readonly id: string;
  readonly key: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Time the record was appended or produced, in milliseconds since the epoch. */
  readonly timestampMs: number;
  readonly headers: Readonly<Record<string, string>>;
};

/** A received event of one type; what a stage that consumes one type is given beside the payload. */
export interface StageContext {
  /** Aborted when the partition is lost, the process stops or the handler's deadline has passed. */
  readonly signal: AbortSignal;
  /** How often this batch or event was tried before; 0 the first time. */
  readonly attempt: number;
  /** For how long it has been tried. */
  readonly triedForMs: number;
  /** The clock of the shell, so that stages stay testable. */
  readonly nowMs: () => number;
}

/** What a handler that sees the whole log of a partition is told beside the batch. */
export interface PartitionContext extends StageContext {
  /** Offset up to which the partition is handled with this batch; what lies there beside it is not for the role. */
  readonly readTo: bigint;
  /**
   * Offset after the last record of the partition, as its broker says now.
   * @throws TransientFailure if the broker can't be asked.
   */
  readonly logEnd: () => Promise<bigint>;
}

export interface EventStageContext extends StageContext {
  readonly event: Omit<ReceivedEvent, 'type' | 'payload'>;
}

/**
 * A stage: consumes one event, produces the next ones. It neither loops, retries, commits nor publishes; it throws
 * TransientFailure (tried again in place), PermanentFailure (its ingestion is compensated, the event goes to the dead
 * letters) or PoisonMessage (dead letters). It must be idempotent: the same event gives the same output events.
 */
export abstract class StageHandler<In extends EventName, Out extends EventName> {
  abstract handle(payload: EventPayloads[In], context: EventStageContext): Promise<EventPayloads[Out][]>;
}

/** A stage whose outputs are events of several types; in every other way like a `StageHandler`. */
export abstract class EmittingStage<In extends EventName> {
  /** Whether what fails for the moment is tried for as long as it takes, as nobody could make up for it. */
  readonly patient: boolean = false;
  abstract handle(payload: EventPayloads[In], context: EventStageContext): Promise<Emission[]>;
}

/** What a partition handler made of a batch. */
export interface PartitionResult {
  /** Published and acknowledged before any offset is committed. */
  readonly emissions: readonly Emission[];
  /**
   * First offset of the partition that would be needed again after a restart; commits never pass it. While there is
   * one, the handler is also told, by an empty batch, of records that are not for it.
   * Absent: everything up to the end of the batch may be committed.
   */
  readonly lowWater?: bigint;
  /**
   * How many events of the batch this result covers, from its start; the rest is handed in again. Absent: all. With 0
   * the emissions are published, and the whole batch comes again.
   */
  readonly processed?: number;
  /** Events of the batch that no retry can save; their original bytes go to the dead letters. */
  readonly deadLetters?: readonly DeadLetterNote[];
}

/** An event that is given up, and why. */
export interface DeadLetterNote {
  readonly offset: bigint;
  readonly failure: PenstockFailure;
}

/**
 * Sees the whole log of one partition in order, and may keep state in memory: the state lives from the assignment of
 * the partition to its loss, and after a restart the log is read again from the committed offset.
 * A transient failure retries the same batch in place; the handler must not have advanced its state then.
 */
export interface PartitionHandler {
  /**
   * Events that may never be given up: whatever is thrown for them is tried again, as if it were transient. Absent, and
   * for all others: an event that fails for good goes to the dead letters.
   */
  readonly insists?: (event: ReceivedEvent) => boolean;
  handle(batch: readonly ReceivedEvent[], context: PartitionContext): Promise<PartitionResult>;
  /** Told once when the partition is lost or the consumer stops; a batch may still be in hand. */
  close?(): void;
}

/** Makes the handler of a partition; called anew each time the partition is assigned. */
export abstract class PartitionStage {
  abstract open(topic: string, partition: number): PartitionHandler;
}

/**
 * Takes the records of whole topics as they lie there, undecoded. It must be able to take any record, and the same one
 * twice: a transient failure hands the same records in again, any other stops the role.
 */
export abstract class RecordStage {
  abstract take(records: readonly KafkaRecord[], context: StageContext): Promise<void>;
}

/** A role as the consumer loop needs to know it; `apps/roles.ts` is the only place that writes these. */
export interface RoleSpec {
  /** Role name: app folder = role = group suffix = `ce_source` tail = metric label. */
  readonly role: string;
  /** Event types that are handled, each on its topic; others on the same topic are passed over without decoding. */
  readonly consumes: readonly EventName[];
  readonly produces: readonly EventName[];
  /** Topics whose records are taken as they are, whatever they say; only for a `RecordStage`. */
  readonly takes?: readonly TopicKey[];
}

/** Publishes events and resolves when all of them are acknowledged. */
export abstract class EventPublisher {
  abstract publish(
    emissions: readonly Emission[],
    cause?: { readonly id?: string; readonly traceparent?: string },
  ): Promise<void>;
}
