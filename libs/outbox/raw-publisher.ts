/** A record that is ready for the log: the value is encoded already. */
export interface RawRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the relay needs of the log. */
export abstract class RawPublisher {
  /**
   * Appends records in the given order and resolves when all of them are acknowledged.
   * It may wait for a log that is away until the signal aborts.
   * @throws TransientFailure if any of them may be missing, also if the signal aborted; PermanentFailure if the log
   *   refuses one of them for good, while others may have been taken, but none behind it of its key. The same records
   *   are sent again then.
   */
  abstract publishRaw(records: readonly RawRecord[], signal?: AbortSignal): Promise<void>;
}
