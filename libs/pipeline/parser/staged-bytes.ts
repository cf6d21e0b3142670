import type { Readable } from 'node:stream';

/** What the parser needs of staging: the bytes behind a reference, and a place for those it finds. */
export abstract class StagedBytes {
  /** @throws PermanentFailure `unreadable` if nothing lies there (any more). */
  abstract read(ref: string): Promise<Readable>;

  /** Stores bytes under a reference; what is there already stays as it is. */
  abstract put(
    ref: string,
    stream: Readable,
    limits: { readonly bytesMax: number; readonly signal: AbortSignal },
  ): Promise<unknown>;
}
