import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

import { PermanentFailure } from '#failure';

/** What media type detection looks at. */
export const headBytes = 4100;

/** Passes bytes on while it counts and hashes them and keeps the first ones; refuses to pass more than allowed. */
export class ByteMeter extends Transform {
  sizeBytes = 0;
  private readonly hash = createHash('sha256');
  private readonly heads: Buffer[] = [];
  private kept = 0;

  constructor(private readonly bytesMax: number = Infinity) {
    super();
  }

  get head(): Buffer {
    return Buffer.concat(this.heads);
  }

  digest(): string {
    return this.hash.digest('hex');
  }

  override _transform(piece: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.sizeBytes += piece.length;
    if (this.sizeBytes > this.bytesMax) {
      done(new PermanentFailure(`the source is over ${this.bytesMax} bytes`, { reason: 'too-large' }));
      return;
    }
    this.hash.update(piece);
    if (this.kept < headBytes) {
      const part = Buffer.from(piece.subarray(0, headBytes - this.kept));
      this.heads.push(part);
      this.kept += part.length;
    }
    done(null, piece);
  }
}
