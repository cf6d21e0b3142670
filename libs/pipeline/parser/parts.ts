import { chunkId, type Chunk, type DocumentParsed, type DocumentStaged } from '#events';

import type { Passage } from './chunks.js';

export interface PartLimits {
  readonly partChunksMax: number;
  /** Most bytes of a part as it will be encoded once it is extracted and embedded. */
  readonly partBytesMax: number;
  /** Length of the dense vectors that will be added to every chunk. */
  readonly dimensions: number;
}

/** Ids, offsets, counts and array overheads of one chunk. */
const chunkOverheadBytes = 128;
/** A sparse vector has at most one term per token: a varint index of up to 5 bytes and a float or double of up to 8. */
const sparseBytesPerToken = 13;
/** Evidence, entities and facts of a chunk repeat words of it, with uuids and offsets. */
const enrichmentFactor = 2;
const float32Bytes = 4;

/** Bytes of one chunk on the saga log, estimated before it is extracted and embedded. */
export function estimatedChunkBytes(passage: Passage, dimensions: number): number {
  const headings = passage.headingPath.reduce((sum, heading) => sum + Buffer.byteLength(heading) + 2, 0);
  const text = Buffer.byteLength(passage.text) * enrichmentFactor;
  return chunkOverheadBytes + headings + text + dimensions * float32Bytes + passage.tokenCount * sparseBytesPerToken;
}

/** Bytes that every part repeats: who the document is and what the submitter said of it. */
function envelopeBytes(staged: Omit<DocumentStaged, 'metadata'> & Pick<ParsedText, 'metadata'>): number {
  return Buffer.byteLength(JSON.stringify(staged));
}

/** Groups passages into parts within both limits, at least one passage each. */
function grouped(
  passages: readonly Passage[],
  limits: PartLimits,
  firstBytes: number,
  everyBytes: number,
): Passage[][] {
  const parts: Passage[][] = [];
  let current: Passage[] = [];
  let bytes = everyBytes + firstBytes;
  for (const passage of passages) {
    const more = estimatedChunkBytes(passage, limits.dimensions);
    if (current.length > 0 && (current.length >= limits.partChunksMax || bytes + more > limits.partBytesMax)) {
      parts.push(current);
      current = [];
      bytes = everyBytes;
    }
    current.push(passage);
    bytes += more;
  }
  if (current.length > 0) parts.push(current);
  return parts;
}

/** What the parser found in a document. */
export interface ParsedText {
  /** What it is by its bytes. */
  readonly mediaType: string;
  readonly title: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly passages: readonly Passage[];
  readonly record: string | null;
  readonly warnings: readonly string[];
  /** How many documents came out of this one. */
  readonly children: number;
  readonly parsedAt: number;
}

/** The events of a parsed document: parts numbered from 1, chunks from 0, with deterministic ids. */
export function parsedParts(staged: DocumentStaged, parsed: ParsedText, limits: PartLimits): DocumentParsed[] {
  const { stagedAt: _stagedAt, ...document } = staged;
  // Part 1 also carries the record and, later, the vectors of the document as a whole.
  const said = Buffer.byteLength(JSON.stringify(parsed.warnings));
  const firstBytes = Buffer.byteLength(parsed.record ?? '') + said + limits.dimensions * float32Bytes;
  const parts = grouped(parsed.passages, limits, firstBytes, envelopeBytes({ ...staged, metadata: parsed.metadata }));
  let seq = 0;
  const chunk = (passage: Passage): Chunk => {
    const chunkOf = {
      ...passage,
      headingPath: [...passage.headingPath],
      seq,
      chunkId: chunkId(staged.ingestionId, seq),
    };
    seq += 1;
    return chunkOf;
  };
  return parts.map((passages, index) => ({
    ...document,
    mediaType: parsed.mediaType,
    title: parsed.title,
    metadata: { ...parsed.metadata },
    part: index + 1,
    parts: parts.length,
    chunkCount: parsed.passages.length,
    chunks: passages.map(chunk),
    record: index === 0 ? parsed.record : null,
    mapped: null,
    warnings: index === 0 ? [...parsed.warnings] : [],
    children: index === 0 ? parsed.children : 0,
    parsedAt: parsed.parsedAt,
  }));
}
