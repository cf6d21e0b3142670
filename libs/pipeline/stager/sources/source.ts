import type { Readable } from 'node:stream';

import type { DocumentSubmitted } from '#events';
import { PermanentFailure } from '#failure';

import type { SourceValidators } from '../admission.js';
import type { StagingNotes } from '../staging.js';

export interface OpenLimits {
  readonly bytesMax: number;
  readonly signal: AbortSignal;
  /** For how long this submission has been tried. */
  readonly triedForMs: number;
  /** What the source said of bytes that it gave before; it may answer that they are the same. */
  readonly validators?: SourceValidators;
}

/** The bytes of a source, and what it said of them: names are those of `SourceNote`. */
export interface OpenedSource {
  readonly stream: Readable;
  readonly notes?: StagingNotes;
}

/** What a source may say of its bytes; kept with them in staging. */
export const sourceNotes = {
  /** Media type as the source says it; a hint like the submitter's. */
  mediaType: 'mediaType',
  title: 'title',
  etag: 'etag',
  lastModified: 'lastModified',
  /** SHA-256 of the address that said all this, redirects followed. */
  addressHash: 'addressHash',
} as const;

/** One kind of place that documents come from. */
export abstract class Source {
  /** Whether the source can be asked with validators. */
  readonly isConditional: boolean = false;

  /**
   * Opens the bytes of a submission. Errors of the stream are failures already: PermanentFailure if the source can
   * never be read, TransientFailure if it may be read later. `unmodified` only if it was asked with validators.
   */
  abstract open(submitted: DocumentSubmitted, limits: OpenLimits): Promise<OpenedSource | 'unmodified'>;
}

/** All sources by the name that events give them. */
export class Sources {
  constructor(
    private readonly byName: ReadonlyMap<string, Source>,
    /** Most bytes taken from any source. */
    readonly bytesMax: number,
  ) {}

  /** @throws PermanentFailure `unknown-source`. */
  sourceOf(name: string): Source {
    const source = this.byName.get(name);
    if (source !== undefined) return source;
    const known = [...this.byName.keys()].join(', ');
    throw new PermanentFailure(`unknown source ${JSON.stringify(name.slice(0, 64))}; known are ${known}`, {
      reason: 'unknown-source',
    });
  }
}
