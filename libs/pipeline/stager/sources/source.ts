import type { Readable } from 'node:stream';

import type { DocumentSubmitted } from '#events';
import { PermanentFailure } from '#failure';

export interface OpenLimits {
  readonly bytesMax: number;
  readonly signal: AbortSignal;
}

/** One kind of place that documents come from. */
export abstract class Source {
  /**
   * Opens the bytes of a submission. Errors of the stream are failures already: PermanentFailure if the source can
   * never be read, TransientFailure if it may be read later.
   */
  abstract open(submitted: DocumentSubmitted, limits: OpenLimits): Promise<Readable>;
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
