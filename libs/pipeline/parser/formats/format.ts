import type { ParsedDocument } from './document-text.js';

export interface ParseHints {
  /** Lets other work of the process run, such as heartbeats, and throws if the work was called off. */
  readonly pause: () => Promise<void>;
}

/** One kind of document as data: the media types it takes, and how their bytes become text and blocks. */
export interface Format {
  readonly mediaTypes: readonly string[];
  /** @throws PermanentFailure `corrupt` if the bytes are not what the media type says. */
  readonly parse: (bytes: Buffer, hints: ParseHints) => Promise<ParsedDocument>;
}
