import type { QdrantClient } from '@qdrant/js-client-rest';

import type { Chunk, Origin } from '#events';
import { wholeOrigin } from '#stores/port';

import { finish } from './finish.js';
import { is } from './operations.js';
import { collectionsOf, Session, type Payload } from './session.js';

/** Reads the chunks of an ingestion part by part, live or not, to make the parts again that they came from. */
export class QdrantChunkReader {
  constructor(
    private readonly client: QdrantClient,
    private readonly prefix = 'penstock',
  ) {}

  /** In their order; none if the points don't say of which part they are. */
  chunks(ingestionId: string, part: number, signal: AbortSignal): Promise<Chunk[]> {
    const collections = collectionsOf(this.prefix);
    const filter = { must: [is('ingestion_id', ingestionId), { key: 'part', match: { value: part } }] };
    return finish(async () => {
      const found: Chunk[] = [];
      const session = new Session(this.client, collections, signal);
      for await (const payload of session.payloads(collections.chunks, filter)) found.push(chunkOf(payload));
      return found.sort((a, b) => a.seq - b.seq);
    });
  }
}

function chunkOf(payload: Payload): Chunk {
  return {
    chunkId: String(payload['id']),
    seq: Number(payload['seq']),
    text: String(payload['text']),
    tokenCount: Number(payload['token_count']),
    startOffset: Number(payload['start_offset']),
    endOffset: Number(payload['end_offset']),
    headingPath: payload['heading_path'] as string[],
    origin: wholeOrigin(payload['origin'] as Partial<Origin> | undefined),
  };
}
