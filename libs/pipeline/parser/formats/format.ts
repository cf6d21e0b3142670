import type { Cleaning } from './cleaning.js';
import type { ParsedDocument } from './document-text.js';
import type { ReadLimits } from './read-limits.js';
import type { Signs } from './signs.js';

export interface ParseHints {
  /** The only way to clean what is read. */
  readonly cleaning: Cleaning;
  /** What is left of what the document may cost. */
  readonly limits: ReadLimits;
  /** Where on the web the document was asked for. */
  readonly address?: string | undefined;
}

/** How the bytes of one kind of document become text and blocks. */
export interface Format {
  /** @throws PermanentFailure with the reason a person needs, such as `corrupt`, `encrypted` or `too-large`. */
  readonly parse: (bytes: Buffer, hints: ParseHints) => ParsedDocument | Promise<ParsedDocument>;
}

/** One kind of document as data: what it is called, by what it is known, and where its reader lies. */
export interface FormatEntry extends Signs {
  /** What people call it, for messages. */
  readonly name: string;
  /** The first is what its documents are called that are known by their bytes. */
  readonly mediaTypes: readonly [string, ...string[]];
  /** Readers are loaded when they are first needed. */
  readonly load: () => Promise<Format>;
}
