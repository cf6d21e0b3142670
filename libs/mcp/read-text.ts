import { TransientFailure } from '#failure';

import { bytesOf } from './bounded.js';
import type { Json, MemoryApi } from './memory-api.js';
import { documentPath } from './tool-context.js';

/** Chunks of a live document as the API gives them. */
interface ChunkPage extends Json {
  readonly version: number;
  readonly chunkCount: number;
  readonly chunks: readonly { readonly seq: number; readonly text: string }[];
  readonly nextFrom?: number;
}

/** As many as the API gives at once. */
const pageChunks = 100;
const separator = '\n\n';

/** A page of chunks; those that would make it too large are left for the next one. */
export async function readChunks(
  api: MemoryApi,
  { id, ...query }: { readonly id: string; readonly namespace: string; readonly from: number; readonly limit: number },
  bytesMax: number,
): Promise<Json> {
  const page = (await api.get(`${documentPath(id)}/chunks`, query)) as ChunkPage;
  let kept = page.chunks.length;
  let fits: Json = page;
  while (kept > 1 && bytesOf(fits) > bytesMax) {
    kept -= 1;
    fits = { ...page, chunks: page.chunks.slice(0, kept), nextFrom: query.from + kept };
  }
  return fits;
}

/**
 * The text of a live document from its beginning, at most so many bytes; what is left out is said at the end.
 * @throws TransientFailure if another version became live in the middle of it.
 */
export async function readText(
  api: MemoryApi,
  { id, namespace }: { readonly id: string; readonly namespace: string },
  bytesMax: number,
): Promise<string> {
  const texts: string[] = [];
  let left = bytesMax;
  let version: number | undefined;
  for (let from: number | undefined = 0; from !== undefined;) {
    const query = { namespace, from, limit: pageChunks };
    const page = (await api.get(`${documentPath(id)}/chunks`, query)) as ChunkPage;
    if (page.version !== (version ??= page.version)) {
      throw new TransientFailure('the document changed while it was read; read it again', { reason: 'changed' });
    }
    for (const { seq, text } of page.chunks) {
      left -= Buffer.byteLength(text) + separator.length;
      if (left < 0) return [...texts, restOf(page, seq)].join(separator);
      texts.push(text);
    }
    from = page.nextFrom;
  }
  return texts.join(separator);
}

function restOf({ chunkCount }: ChunkPage, seq: number): string {
  return `… cut here: chunks ${seq} to ${chunkCount - 1} are left out; read on with get_chunks from ${seq}`;
}
