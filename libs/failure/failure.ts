/** What Penstock code may throw. Each kind has one answer: retry, compensate, or isolate. */
export type FailureKind = 'transient' | 'permanent' | 'poison';

/** Details that help a person; never document content, never a secret. */
export interface FailureDetails {
  /** Stable, machine-readable reason that policies and users match, e.g. `empty`, `unsupported`, `store-refused`. */
  readonly reason?: string;
  /** How long the other side asked us to wait before trying again. */
  readonly retryAfterMs?: number;
  /**
   * The time until now does not count against any deadline: the document has come further, or what it waits for is not
   * its fault and costs nothing, e.g. a budget that is used up.
   */
  readonly uncounted?: boolean;
  /**
   * Where time does not count, and the event in hand may wait elsewhere: it is given up all the same once it is so old,
   * in milliseconds.
   */
  readonly eventAgeMsMax?: number;
  /** What was asked for may have been done all the same, e.g. as the answer to a commit was lost. */
  readonly inDoubt?: boolean;
  /** The ingestion that was admitted before the failure, where the event at hand could not name it yet. */
  readonly ingestion?: { readonly ingestionId: string; readonly version: number };
  readonly cause?: unknown;
}

abstract class Failure extends Error {
  abstract readonly kind: FailureKind;
  readonly reason: string;
  readonly retryAfterMs: number | undefined;
  readonly uncounted: boolean;
  readonly eventAgeMsMax: number | undefined;
  readonly inDoubt: boolean;
  readonly ingestion: FailureDetails['ingestion'] | undefined;

  constructor(message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.reason = details.reason ?? 'unspecified';
    this.retryAfterMs = details.retryAfterMs;
    this.uncounted = details.uncounted ?? false;
    this.eventAgeMsMax = details.eventAgeMsMax;
    this.inDoubt = details.inDoubt ?? false;
    this.ingestion = details.ingestion;
  }
}

/** Trying again later can succeed: refused connection, timeout, deadlock, 429. Retried in place. */
export class TransientFailure extends Failure {
  readonly kind = 'transient';
}

/** Trying again cannot succeed: the store or the format refuses this data. Starts compensation. */
export class PermanentFailure extends Failure {
  readonly kind = 'permanent';
}

/** The event itself cannot be read. It goes to the dead-letter topic with its original bytes. */
export class PoisonMessage extends Failure {
  readonly kind = 'poison';
}

export type PenstockFailure = TransientFailure | PermanentFailure | PoisonMessage;
