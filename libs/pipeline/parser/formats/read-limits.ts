import { PermanentFailure } from '#failure';

export interface ReadLimitsOptions {
  /** Most bytes that all that is packed in a document may unpack to. */
  readonly inflatedBytesMax: number;
  /** Most documents taken out of one document. */
  readonly childrenMax: number;
}

/** What a document may still cost. One is made for each document, and each step of its reader takes from it. */
export class ReadLimits {
  readonly childrenMax: number;
  private inflatedBytes = 0;

  constructor(private readonly options: ReadLimitsOptions) {
    this.childrenMax = options.childrenMax;
  }

  get inflatedBytesLeft(): number {
    return this.options.inflatedBytesMax - this.inflatedBytes;
  }

  /** Counts what was really unpacked, not what the document says it would be. @throws PermanentFailure `too-large`. */
  inflate(bytes: number): void {
    this.inflatedBytes += bytes;
    this.requireLeft();
  }

  /** For readers that pass over a refusal. @throws PermanentFailure `too-large` if there was one. */
  requireLeft(): void {
    if (this.inflatedBytesLeft < 0) throw this.tooLarge();
  }

  tooLarge(): PermanentFailure {
    const limit = `${Math.round(this.options.inflatedBytesMax / 1024 ** 2)} MiB`;
    return new PermanentFailure(`the document unpacks to over ${limit}`, { reason: 'too-large' });
  }
}
