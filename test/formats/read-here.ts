import { basename, extname } from 'node:path';

import { ParsePool, type ParsePoolOptions } from '#pipeline/parser';

import type { ReadDocument } from '../../libs/pipeline/parser/read-document.js';

const typeOfExtension: Readonly<Record<string, string>> = {
  '.md': 'text/markdown',
  '.html': 'text/html',
  '.csv': 'text/csv',
  '.tsv': 'text/tab-separated-values',
  '.json': 'application/json',
};

/** The built program that reads documents: what is under test is the process that runs in production. */
const entry = new URL('../../dist/libs/pipeline/parser/worker/main.js', import.meta.url);

export function aParsePool(options: Partial<ParsePoolOptions> = {}): ParsePool {
  return new ParsePool({ processes: 1, timeoutMs: 20_000, memoryBytesMax: 512 * 1024 ** 2, entry, ...options });
}

export interface SomeFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Reads a file in a process of the pool, as what its name says unless its bytes say otherwise. */
export function readFileIn(
  pool: ParsePool,
  { name, bytes }: SomeFile,
  limits: { readonly inflatedBytesMax?: number; readonly childrenMax?: number } = {},
): Promise<ReadDocument> {
  const mediaType = typeOfExtension[extname(basename(name))] ?? 'text/plain';
  const chunks = { chunkTokens: 300, chunkOverlapTokens: 0 };
  const request = { bytes, mediaType, chunks, limits: { inflatedBytesMax: 20_000_000, childrenMax: 100, ...limits } };
  return pool.read(request, new AbortController().signal);
}
