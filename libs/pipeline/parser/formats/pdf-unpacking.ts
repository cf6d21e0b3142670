import { brotliDecompressSync, inflateSync } from 'node:zlib';

import type { LibraryClasses, PackedStream, UnpackedStream } from './pdf-library.js';
import { ReadLimits } from './read-limits.js';

const unpackers: Readonly<Record<string, typeof inflateSync>> = { deflate: inflateSync, brotli: brotliDecompressSync };

/** Of the document that is read; a process reads one at a time. Without one there is nothing to unpack. */
let limits = new ReadLimits({ inflatedBytesMax: 0, childrenMax: 0 });

/** From now on, what the library unpacks is taken from these limits. */
export function unpackWithin(some: ReadLimits): void {
  limits = some;
}

/** The bytes that lie beneath a packed stream, from their beginning. */
async function packedBytes({ stream }: PackedStream): Promise<Uint8Array> {
  stream.reset();
  return (stream.isAsync ? await stream.asyncGetBytes() : null) ?? stream.getBytes();
}

/** What is packed, as a whole, or null if it is damaged: the library then reads as much of it as it can. */
function unpack(packed: Uint8Array, format: string): Uint8Array | null {
  const maxOutputLength = Math.max(1, limits.inflatedBytesLeft);
  try {
    const bytes = unpackers[format]?.(packed, { maxOutputLength });
    return bytes === undefined ? null : new Uint8Array(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') limits.inflate(maxOutputLength + 1);
    return null;
  }
}

/**
 * Puts a count into the two places where the library gets the bytes of packed streams: as a whole, from the runtime,
 * and piece by piece, into buffers that are up to twice what is in them. Whatever a stream is packed with and said to
 * be, and however often it is named, nothing is unpacked elsewhere.
 */
export function countUnpacking({ DecodeStream }: LibraryClasses): void {
  const { ensureBuffer } = DecodeStream.prototype;
  Object.assign(DecodeStream.prototype, {
    ensureBuffer(this: PackedStream, requestedBytes: number): Uint8Array {
      const bytesBefore = this.buffer.byteLength;
      const buffer = ensureBuffer.call(this, requestedBytes);
      limits.inflate(buffer.byteLength - bytesBefore);
      return buffer;
    },
    async asyncGetBytesFromDecompressionStream(this: PackedStream, format: string): Promise<UnpackedStream> {
      const compressed = await packedBytes(this);
      const decompressed = unpack(compressed, format);
      limits.inflate(decompressed?.length ?? 0);
      return { decompressed, compressed };
    },
  });
}
