import { ParsePool, sniffMediaType, type ParsePoolOptions } from '#pipeline/parser';

import type { ReadDocument } from '../../libs/pipeline/parser/read-document.js';

/** Documents are read by the built program: what is under test is the process that runs in production. */
export function aParsePool(options: Partial<ParsePoolOptions> = {}): ParsePool {
  return new ParsePool({ processes: 1, timeoutMs: 20_000, memoryBytesMax: 512 * 1024 ** 2, ...options });
}

export interface SomeFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface ReadOptions {
  readonly inflatedBytesMax?: number;
  readonly childrenMax?: number;
  readonly signal?: AbortSignal;
}

/** As much of a document as the stager looks at to say what it is. */
const headBytes = 4100;

/** Reads a file as stager and parser do together: its media type by its bytes and its name, then its text. */
export async function readFileIn(
  pool: ParsePool,
  { name, bytes }: SomeFile,
  { signal = new AbortController().signal, ...limits }: ReadOptions = {},
): Promise<ReadDocument> {
  const mediaType = await sniffMediaType(bytes.subarray(0, headBytes), { mediaType: null, names: [name] });
  const chunks = { chunkTokens: 300, chunkOverlapTokens: 0 };
  const request = { bytes, mediaType, chunks, limits: { inflatedBytesMax: 20_000_000, childrenMax: 100, ...limits } };
  return pool.read(request, signal);
}
