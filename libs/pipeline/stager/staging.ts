import type { Readable } from 'node:stream';

/** Staged bytes as the stager needs to know them. */
export interface StagedObject {
  readonly ref: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** The first bytes, enough to sniff a media type. */
  readonly head: Buffer;
  readonly notes: StagingNotes;
}

/** What a source said of the bytes when it gave them, kept with them; a few short texts. */
export type StagingNotes = Readonly<Record<string, string>>;

export interface StagedEntry {
  readonly ref: string;
  readonly sizeBytes: number;
  readonly stagedAtMs: number;
}

export interface PutLimits {
  /** Most bytes taken from the stream, after any decompression. */
  readonly bytesMax: number;
  readonly signal: AbortSignal;
  readonly notes?: StagingNotes;
}

/** The shared place where the bytes of sources wait, by opaque reference, while events travel (claim check). */
export abstract class Staging {
  /**
   * Stores a stream, never whole in memory, visible only once it is complete and on disk. What is already staged under
   * the reference stays as it is. @throws PermanentFailure `too-large`, TransientFailure if staging can't be written.
   */
  abstract put(ref: string, stream: Readable, limits: PutLimits): Promise<StagedObject>;

  /** @throws PermanentFailure `unreadable` if nothing lies there. */
  abstract read(ref: string): Promise<Readable>;

  /** Reads the bytes once to say what lies there; undefined if nothing does. */
  abstract stat(ref: string): Promise<StagedObject | undefined>;

  /** Removes the bytes; removing nothing is fine. */
  abstract remove(ref: string): Promise<void>;

  /** Everything that lies there, unfinished writes included, for those who clean up by age. */
  abstract list(): AsyncIterable<StagedEntry>;

  /** Whether staging can be reached and written. @throws TransientFailure `staging-unavailable`. */
  abstract check(): Promise<void>;
}
