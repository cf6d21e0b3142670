import { describe, expect, it } from '@jest/globals';

import { chunkId, type DocumentExtracted } from '#events';
import type { EventStageContext } from '#kafka';
import { EmbeddingModel, HashEmbeddingModel, type Embedding } from '#models';

import { EmbedderStage } from './index.js';
import { documentText, documentTextChars, packedVector } from './parts.js';

const ingestionId = '01977f42-0000-7000-8000-000000000001';
const context = { signal: new AbortController().signal, nowMs: () => 9 } as EventStageContext;

function extractedPart(part: number, ...texts: string[]): DocumentExtracted {
  const chunks = texts.map((text, seq) => ({
    chunkId: chunkId(ingestionId, seq),
    seq,
    text,
    tokenCount: 1,
    startOffset: 0,
    endOffset: text.length,
    headingPath: [],
    origin: null,
  }));
  return {
    namespace: 'default',
    documentId: 'report',
    ingestionId,
    version: 1,
    source: 'inline',
    location: null,
    mediaType: 'text/plain',
    title: 'Annual report',
    metadata: {},
    submittedAt: 1,
    sha256: '0'.repeat(64),
    sizeBytes: 1,
    stagingRef: 'ref',
    part,
    parts: 2,
    chunkCount: 4,
    chunks,
    entities: [],
    mentions: [],
    facts: [],
    claims: [],
    tokens: [{ model: 'some/llm', promptTokens: 5, completionTokens: 2 }],
    extractedBy: { model: 'some/llm', version: '7' },
    record: null,
    extractedAt: 3,
  };
}

class ShortModel extends EmbeddingModel {
  override readonly id = 'short/8';
  override readonly dimensions = 8;

  constructor(private readonly vectors: Float32Array[]) {
    super();
  }

  override async embed(): Promise<Embedding> {
    return { vectors: this.vectors, usage: { promptTokens: 0, completionTokens: 0 } };
  }
}

describe('EmbedderStage', () => {
  it('gives every chunk a dense vector of the right size and a sparse one, and keeps the rest', async () => {
    const part = extractedPart(2, 'Profit rose.', 'A plant opens in Stuttgart.');

    const [embedded] = await new EmbedderStage(new HashEmbeddingModel(32)).handle(part, context);

    expect(embedded?.chunks.map((chunk) => chunk.dense.length)).toEqual([128, 128]);
    expect(embedded?.chunks.map((chunk) => chunk.sparseIndices.length)).toEqual([2, 3]);
    expect(embedded).toMatchObject({ document: null, embeddingModel: 'hash/32', dimensions: 32, embeddedAt: 9 });
    for (const earlier of ['extractedAt', 'extractedBy']) expect(embedded).not.toHaveProperty(earlier);
    expect(embedded?.tokens).toEqual([...part.tokens, { model: 'hash/32', promptTokens: 0, completionTokens: 0 }]);
  });

  it('gives the document as a whole a vector on part 1', async () => {
    const [embedded] = await new EmbedderStage(new HashEmbeddingModel(16)).handle(
      extractedPart(1, 'Profit rose.'),
      context,
    );

    expect(embedded?.document?.text).toBe('Annual report\nProfit rose.');
    expect(embedded?.document?.dense).toHaveLength(64);
  });

  it('refuses a model whose vectors have another length than configured', async () => {
    const stage = new EmbedderStage(new ShortModel([new Float32Array(4)]));

    await expect(stage.handle(extractedPart(2, 'x'), context)).rejects.toMatchObject({ reason: 'dimensions-mismatch' });
  });

  it('asks again when a model leaves texts unanswered', async () => {
    const stage = new EmbedderStage(new ShortModel([]));

    await expect(stage.handle(extractedPart(2, 'x'), context)).rejects.toMatchObject({ kind: 'transient' });
  });
});

describe('packedVector', () => {
  it('packs float32 values little-endian', () => {
    expect(packedVector(Float32Array.of(1, -2)).toString('hex')).toBe('0000803f000000c0');
  });
});

describe('documentText', () => {
  it('is bounded and never cuts a character in two', () => {
    const { chunks } = extractedPart(1, `${'x'.repeat(documentTextChars - 1)}😀`);

    const text = documentText({ title: null, chunks });

    expect(text).toBe('x'.repeat(documentTextChars - 1));
  });

  it('is empty for a document without title and text', () => {
    expect(documentText({ title: null, chunks: [] })).toBe('');
  });
});
