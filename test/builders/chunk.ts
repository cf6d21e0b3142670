import { chunkId, type EmbeddedChunk, type EmbeddedDocument } from '#events';

/** Sum of the character codes, a seed that depends on the words alone. */
function seedOf(text: string): number {
  let seed = 0;
  for (const character of text) seed = (seed * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return seed;
}

/** A unit vector as packed little-endian float32 values, the same for the same seed. */
function dense(seed: number, dimensions: number): Buffer {
  const values = Array.from({ length: dimensions }, (_, index) => Math.sin(seed + index * 1.7));
  const length = Math.hypot(...values);
  const packed = Buffer.alloc(dimensions * 4);
  values.forEach((value, index) => packed.writeFloatLE(value / length, index * 4));
  return packed;
}

/** The words of a document with their dense and sparse vectors. */
export function vectorOf(seedText: string, text: string, dimensions: number): EmbeddedDocument {
  const seed = seedOf(seedText);
  return {
    text,
    dense: dense(seed, dimensions),
    sparseIndices: [seed % 100, 100 + (seed % 77)],
    sparseValues: [0.5, 0.25],
  };
}

export function embeddedChunk(ingestionId: string, seq: number, text: string, dimensions: number): EmbeddedChunk {
  const startOffset = seq * 10_000;
  return {
    ...vectorOf(`${seq}${text}`, text, dimensions),
    chunkId: chunkId(ingestionId, seq),
    seq,
    tokenCount: text.split(' ').length,
    startOffset,
    endOffset: startOffset + text.length,
    headingPath: ['Handbook', `Section ${Math.floor(seq / 10)}`],
    origin: { page: seq + 1, lastPage: seq + 1, sheet: null, row: null, lastRow: null },
  };
}
