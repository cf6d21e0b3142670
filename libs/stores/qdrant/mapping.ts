import { documentPointId, type DocumentEmbedded, type EmbeddedChunk } from '#events';
import { PermanentFailure } from '#failure';
import { knownOrigin } from '#stores/port';

/** A point as the REST interface takes it. */
export interface Point {
  readonly id: string;
  readonly vector: Record<string, number[] | { indices: number[]; values: number[] }>;
  readonly payload: Record<string, unknown>;
}

export interface Embedding {
  /** Provider and model, e.g. `hash/384`. */
  readonly embeddingModel: string;
  readonly dimensions: number;
  /** How texts became the terms of sparse vectors; empty for whole words, as before there were versions. */
  readonly sparseTerms?: string;
}

const float32Bytes = 4;
/** What a number takes in JSON, at most: a float32 is written with all the digits of a double. */
const numberBytes = 22;
/** Ids, names of fields and punctuation of a point. */
const pointBytes = 600;

export function chunkPoints(part: DocumentEmbedded, embedding: Embedding): Point[] {
  requireEmbedding(part, embedding);
  return part.chunks.map((chunk) => ({
    id: chunk.chunkId,
    vector: vectorsOf(chunk, embedding.dimensions),
    payload: {
      ...identity(part),
      seq: chunk.seq,
      text: chunk.text,
      title: part.title,
      token_count: chunk.tokenCount,
      heading_path: chunk.headingPath,
      // With these a chunk row that PostgreSQL lost can be made again from its point.
      ...{ part: part.part, start_offset: chunk.startOffset, end_offset: chunk.endOffset },
      ...(chunk.origin === null ? {} : { origin: knownOrigin(chunk.origin) }),
      ...describing(part),
    },
  }));
}

/** What a search can ask of the document for each of its chunks, without asking another store. */
function describing({ source, location, mediaType, submittedAt, metadata }: DocumentEmbedded) {
  const terms = Object.entries(metadata).map(([key, value]) => metadataTerm(key, value));
  return {
    source,
    location,
    media_type: mediaType,
    submitted_at: Number(submittedAt),
    ...(terms.length === 0 ? {} : { metadata_terms: terms }),
  };
}

/** A field of the metadata as one word that can be matched whole; the key is escaped, so that its end is clear. */
export function metadataTerm(key: string, value: string): string {
  return `${encodeURIComponent(key.toWellFormed())}=${value}`;
}

/** The metadata that a point's payload holds; a term that none of ours is has no value. */
export function metadataEntries(payload: Readonly<Record<string, unknown>>): [key: string, value: unknown][] {
  const terms = [payload['metadata_terms'] ?? []].flat() as unknown[];
  return terms.map((term) => {
    const [, key, value = null] = /^([^=]*)=(.*)$/su.exec(String(term)) ?? [];
    try {
      return [decodeURIComponent(key ?? String(term)), value];
    } catch {
      return [String(term), null];
    }
  });
}

/** The point of the document as a whole; only part 1 has one. */
export function documentPoints(part: DocumentEmbedded, embedding: Embedding): Point[] {
  requireEmbedding(part, embedding);
  const { document, title, source, location, mediaType } = part;
  if (document === null) return [];
  return [
    {
      id: documentPointId(part.ingestionId),
      vector: vectorsOf(document, embedding.dimensions),
      payload: { ...identity(part), title, text: document.text, source, location, media_type: mediaType },
    },
  ];
}

function identity({ namespace, documentId, ingestionId, version }: DocumentEmbedded) {
  return { namespace, document_id: documentId, ingestion_id: ingestionId, version, live: false };
}

/** @throws PermanentFailure: vectors of another model mean something else, though they may have the same length. */
function requireEmbedding(part: DocumentEmbedded, { embeddingModel, dimensions, sparseTerms = '' }: Embedding): void {
  if (part.sparseTerms !== sparseTerms) {
    const message = `qdrant: the terms of the document are '${part.sparseTerms}', the collections hold '${sparseTerms}'`;
    throw new PermanentFailure(message, { reason: 'terms-mismatch' });
  }
  if (part.embeddingModel === embeddingModel && part.dimensions === dimensions) return;
  const message =
    `qdrant: the document was embedded with ${part.embeddingModel} (${part.dimensions} dimensions), ` +
    `the collections hold ${embeddingModel} (${dimensions} dimensions)`;
  throw new PermanentFailure(message, { reason: 'embedding-mismatch' });
}

type Vectors = Pick<EmbeddedChunk, 'dense' | 'sparseIndices' | 'sparseValues'>;

function vectorsOf({ dense, sparseIndices, sparseValues }: Vectors, dimensions: number): Point['vector'] {
  if (dense.length !== dimensions * float32Bytes) {
    const message = `qdrant: a vector has ${dense.length / float32Bytes} dimensions instead of ${dimensions}`;
    throw new PermanentFailure(message, { reason: 'embedding-mismatch' });
  }
  const values = shortNumbers(dense);
  if (sparseIndices.length === 0) return { dense: values };
  return { dense: values, sparse: { indices: [...sparseIndices], values: [...sparseValues] } };
}

const digits = 1e9;

/**
 * Packed float32 values as numbers that are the same float32 and, as far as possible, have few digits: a number is
 * written out for the request, and as the double that it is it would have seventeen.
 */
function shortNumbers(packed: Uint8Array): number[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const values = new Array<number>(packed.length / float32Bytes);
  for (let index = 0; index < values.length; index += 1) {
    const value = view.getFloat32(index * float32Bytes, true);
    const short = Math.round(value * digits) / digits;
    values[index] = Math.fround(short) === value ? short : value;
  }
  return values;
}

/** Cuts points into requests of at most about so many bytes; a point that is larger alone goes alone. */
export function requestsOf(points: readonly Point[], bytesMax: number): Point[][] {
  const requests: Point[][] = [];
  let bytes = Infinity;
  for (const point of points) {
    const size = sizeOf(point);
    if (bytes + size > bytesMax) {
      requests.push([]);
      bytes = 0;
    }
    requests.at(-1)?.push(point);
    bytes += size;
  }
  return requests;
}

function sizeOf({ vector, payload }: Point): number {
  const numbers = Object.values(vector).reduce(
    (sum, v) => sum + (Array.isArray(v) ? v.length : 2 * v.indices.length),
    0,
  );
  const { text } = payload;
  return pointBytes + numbers * numberBytes + (typeof text === 'string' ? Buffer.byteLength(text) : 0);
}
