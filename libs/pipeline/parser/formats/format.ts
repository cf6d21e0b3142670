import type { ParsedDocument } from './document-text.js';
import type { ReadLimits } from './read-limits.js';

export interface ParseHints {
  /** Lets other work of the process run, such as heartbeats, and throws if the work was called off. */
  readonly pause: () => Promise<void>;
  /** What is left of what the document may cost. */
  readonly limits: ReadLimits;
}

/** How the bytes of one kind of document become text and blocks. */
export interface Format {
  /** @throws PermanentFailure with the reason a person needs, such as `corrupt`, `encrypted` or `too-large`. */
  readonly parse: (bytes: Buffer, hints: ParseHints) => Promise<ParsedDocument>;
}

/** One kind of document as data: what it is called and where its reader lies. */
export interface FormatEntry {
  /** What people call it, for messages. */
  readonly name: string;
  readonly mediaTypes: readonly string[];
  /** True if its bytes are text in some encoding. */
  readonly isText?: true;
  /**
   * Documents up to this size are read in the process itself, since reading them is known to be quick whatever they
   * hold; larger ones, and all of formats without this, are read in a process that can be killed.
   */
  readonly inProcessBytesMax?: number;
  /** Readers are loaded when they are first needed. */
  readonly load: () => Promise<Format>;
}
