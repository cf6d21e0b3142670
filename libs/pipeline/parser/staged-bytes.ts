import type { Readable } from 'node:stream';

/** What the parser needs of staging: the bytes behind a reference. Any staging has it. */
export abstract class StagedBytes {
  /** @throws PermanentFailure `unreadable` if nothing lies there (any more). */
  abstract read(ref: string): Promise<Readable>;
}
