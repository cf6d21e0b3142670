import { readFile } from 'node:fs/promises';

import type { Config } from '#config';
import type { DocumentStaged } from '#events';
import { classify } from '#failure';
import { parsedParts, ParsePool, sniffMediaType } from '#pipeline/parser';

import { parserOptions } from '../stages.js';
import type { Item } from './expand-arguments.js';
import type { ReadHere } from './model-estimate.js';

export interface Unread {
  readonly documentId: string;
  readonly reason: string;
}

interface Bytes {
  readonly name: string;
  readonly mediaType: string | null;
  readonly bytes: Buffer;
  readonly depth: number;
}

const headBytes = 4_096;
const noId = '00000000-0000-0000-0000-000000000000';

/** Reads files, and documents that lie in them, as the parser would; says which it would refuse, and why. */
export async function readHere(
  config: Config,
  items: readonly Item[],
): Promise<{ read: ReadHere[]; unread: Unread[] }> {
  const { parseProcesses: processes, parseTimeoutMs: timeoutMs, parseMemoryBytesMax: memoryBytesMax } = config;
  const pool = new ParsePool({ processes, timeoutMs, memoryBytesMax });
  const options = parserOptions(config);
  const { signal } = new AbortController();
  const read: ReadHere[] = [];
  const unread: Unread[] = [];
  const readOne = async (document: Bytes): Promise<void> => {
    const { name, mediaType: hint, bytes, depth } = document;
    const mediaType = await sniffMediaType(bytes.subarray(0, headBytes), { mediaType: hint, names: [name] });
    const request = { bytes, mediaType, chunks: options, limits: options };
    const found = await pool.read(request, signal);
    const parsed = { ...found, record: null, children: found.children.length, parsedAt: 0 };
    const parts = parsedParts(stagedHere(document, mediaType), parsed, options);
    read.push({ title: found.title, passages: found.passages, parts: parts.map(({ chunks }) => chunks) });
    if (depth >= options.childDepthMax) return;
    for (const child of found.children.slice(0, options.childrenMax)) {
      await attempt({
        name: child.name,
        mediaType: child.mediaType,
        bytes: Buffer.from(child.bytes),
        depth: depth + 1,
      });
    }
  };
  const attempt = (what: Bytes): Promise<void> =>
    readOne(what).catch(
      (error: unknown) => void unread.push({ documentId: what.name, reason: classify(error).message }),
    );
  try {
    for (const { documentId, kind, location, problem } of items) {
      if (kind === 'skipped') unread.push({ documentId, reason: problem?.message ?? '' });
      else if (kind === 'url') unread.push({ documentId, reason: 'estimate fetches nothing; save the page first' });
      else await attempt({ name: documentId, mediaType: null, bytes: await readFile(location), depth: 0 });
    }
  } finally {
    pool.close();
  }
  return { read, unread };
}

/** What every part repeats of its document, with as many bytes as it has once the file is ingested. */
function stagedHere({ name, bytes }: Bytes, mediaType: string): DocumentStaged {
  return {
    ...{ namespace: 'default', documentId: name, ingestionId: noId, version: 1, source: 'local_upload' },
    ...{ location: name, mediaType, title: null, metadata: {}, submittedAt: 0, stagedAt: 0 },
    ...{ sha256: '0'.repeat(64), sizeBytes: bytes.length, stagingRef: noId },
  };
}
