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
   * @throws TransientFailure if any of them may be missing; the same records are sent again then.
   */
  abstract publishRaw(records: readonly RawRecord[]): Promise<void>;
}
