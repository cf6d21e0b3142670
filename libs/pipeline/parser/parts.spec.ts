import { describe, expect, it } from '@jest/globals';

import { chunkId } from '#events';

import type { Passage } from './chunks.js';
import { estimatedChunkBytes, parsedParts } from './parts.js';
import { aStagedDocument } from './staged.builder.js';

const nothing = { mediaType: 'text/plain', metadata: {}, warnings: [], children: 0 };

function passages(count: number, text = 'John Smith leads ACME.'): Passage[] {
  return Array.from({ length: count }, (_, index) => ({
    text,
    tokenCount: 6,
    startOffset: index * 30,
    endOffset: index * 30 + text.length,
    origin: null,
    headingPath: ['Report'],
  }));
}

const limits = { partChunksMax: 64, partBytesMax: 512 * 1024, dimensions: 384 };
const staged = aStagedDocument();

describe('parts', () => {
  it('hold at most so many chunks, numbered through', () => {
    const parts = parsedParts(
      staged,
      { ...nothing, title: 'T', passages: passages(130), record: '{}', parsedAt: 5 },
      limits,
    );

    expect(parts.map(({ chunks }) => chunks.length)).toEqual([64, 64, 2]);
    expect(parts.map(({ part, parts: of, chunkCount, record }) => [part, of, chunkCount, record])).toEqual([
      [1, 3, 130, '{}'],
      [2, 3, 130, null],
      [3, 3, 130, null],
    ]);
    expect(parts.flatMap(({ chunks }) => chunks.map(({ seq }) => seq))).toEqual(passages(130).map((_, index) => index));
    expect(parts[1]?.chunks[0]?.chunkId).toBe(chunkId(staged.ingestionId, 64));
    expect(parts[0]).not.toHaveProperty('stagedAt');
  });

  it('hold at most so many bytes as they will have with vectors, but at least one chunk', () => {
    const large = passages(10, 'ü'.repeat(20_000));
    const parts = parsedParts(
      staged,
      { ...nothing, title: null, passages: large, record: null, parsedAt: 5 },
      { ...limits, partBytesMax: 200_000 },
    );
    const tiny = parsedParts(
      staged,
      { ...nothing, title: null, passages: large, record: null, parsedAt: 5 },
      { ...limits, partBytesMax: 1 },
    );

    for (const { chunks } of parts) {
      expect(chunks.reduce((sum, chunk) => sum + estimatedChunkBytes(chunk, 384), 0)).toBeLessThanOrEqual(200_000);
    }
    expect(tiny.map(({ chunks }) => chunks.length)).toEqual(large.map(() => 1));
  });

  it('are the same when they are made again', () => {
    const parsed = { ...nothing, title: null, passages: passages(70), record: null, parsedAt: 5 };

    expect(parsedParts(staged, parsed, limits)).toEqual(parsedParts(staged, parsed, limits));
  });
});
