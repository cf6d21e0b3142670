import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { documentPointId, type DocumentEmbedded } from '#events';

import { anIngestion } from '../../../test/builders/index.js';
import { chunkPoints, documentPoints, metadataEntries, metadataTerm, requestsOf, type Point } from './mapping.js';

const embedding = { embeddingModel: 'hash/8', dimensions: 8 };

function parts(count: number): [DocumentEmbedded, ...DocumentEmbedded[]] {
  const [first, ...rest] = anIngestion({ namespace: 'n', documentId: 'd', version: 3 }).withParts(count).build();
  if (first === undefined) throw new RangeError('there is a part');
  return [first, ...rest];
}

describe('chunkPoints', () => {
  it('makes one hidden point of each chunk, under the id of the chunk', () => {
    const [part] = parts(1);

    const points = chunkPoints(part, embedding);

    expect(points.map(({ id }) => id)).toEqual(part.chunks.map(({ chunkId }) => chunkId));
    expect(points[1]?.payload).toEqual({
      part: 1,
      start_offset: part.chunks[1]?.startOffset,
      end_offset: part.chunks[1]?.endOffset,
      namespace: 'n',
      document_id: 'd',
      ingestion_id: part.ingestionId,
      version: 3,
      live: false,
      seq: 1,
      text: part.chunks[1]?.text,
      title: 'Title of d',
      token_count: part.chunks[1]?.tokenCount,
      origin: { page: 2, lastPage: 2 },
      heading_path: ['Handbook', 'Section 0'],
      source: part.source,
      location: part.location,
      media_type: part.mediaType,
      submitted_at: Number(part.submittedAt),
      metadata_terms: ['team=docs'],
    });
  });

  it('makes one word of a field of the metadata, so that no field can pass for another', () => {
    expect(metadataTerm('a=b', 'c')).not.toBe(metadataTerm('a', 'b=c'));
    expect(metadataTerm('half \ud800', 'c')).toBe('half%20%EF%BF%BD=c');
  });

  it('writes numbers that are the same float32, with few digits', () => {
    const [part] = parts(1);
    const any = fc.float32Array({ minLength: 8, maxLength: 8, noNaN: true, noDefaultInfinity: true });

    fc.assert(
      fc.property(any, (dense) => {
        const chunks = part.chunks.map((one) => ({ ...one, dense: Buffer.from(dense.buffer) }));
        const sent = JSON.stringify(chunkPoints({ ...part, chunks }, embedding)[0]?.vector['dense']);

        expect(Float32Array.from(JSON.parse(sent) as number[])).toEqual(dense.map((value) => value + 0));
      }),
    );
    const dense = Buffer.from(new Float32Array(8).fill(0.1).buffer);
    const [point] = chunkPoints({ ...part, chunks: part.chunks.map((one) => ({ ...one, dense })) }, embedding);
    expect(JSON.stringify(point?.vector['dense'])).toBe(
      `[${Array.from({ length: 8 }, () => '0.100000001').join(',')}]`,
    );
  });

  it('tells the metadata from its words again, and a word that is none of ours from all others', () => {
    const metadata = { 'a=b %41': '=c%41=\n', '🦀': '', '': '1' };
    const terms = Object.entries(metadata).map(([key, value]) => metadataTerm(key, value));

    expect(metadataEntries({ metadata_terms: terms })).toEqual(Object.entries(metadata));
    expect(metadataEntries({})).toEqual([]);
    expect(metadataEntries({ metadata_terms: ['team', '%=1', 'a='] })).toEqual([
      ...[
        ['team', null],
        ['%=1', null],
      ],
      ['a', ''],
    ]);
  });

  it('unpacks the dense vector and pairs the sparse one', () => {
    const [part] = parts(1);
    const [chunk] = part.chunks;
    const dense = new Float32Array(8).map((_, index) => index / 4);
    const packed = { ...part, chunks: part.chunks.map((one) => ({ ...one, dense: Buffer.from(dense.buffer) })) };

    expect(chunkPoints(packed, embedding)[0]?.vector).toEqual({
      dense: [...dense],
      sparse: { indices: chunk?.sparseIndices, values: chunk?.sparseValues },
    });
  });

  it('leaves out a sparse vector without terms', () => {
    const [part] = parts(1);
    const bare = { ...part, chunks: part.chunks.map((one) => ({ ...one, sparseIndices: [], sparseValues: [] })) };

    expect(Object.keys(chunkPoints(bare, embedding)[0]?.vector ?? {})).toEqual(['dense']);
  });

  it.each([
    ['another model', { embeddingModel: 'other/8', dimensions: 8 }],
    ['another length', { embeddingModel: 'hash/8', dimensions: 4 }],
  ])('refuses vectors of %s', (_, other) => {
    const [part] = parts(1);

    expect(() => chunkPoints(part, other)).toThrow('was embedded with hash/8 (8 dimensions)');
  });

  it('refuses a vector that is shorter than its part says', () => {
    const [part] = parts(1);
    const cut = { ...part, chunks: part.chunks.map((one) => ({ ...one, dense: one.dense.subarray(4) })) };

    expect(() => chunkPoints(cut, embedding)).toThrow('7 dimensions instead of 8');
  });
});

describe('documentPoints', () => {
  it('makes a point of the document as a whole, from the first part only', () => {
    const [first, second] = parts(2);
    if (second === undefined) throw new RangeError('there are two parts');

    const [point] = documentPoints(first, embedding);

    expect(point?.id).toBe(documentPointId(first.ingestionId));
    expect(point?.payload).toMatchObject({
      live: false,
      title: 'Title of d',
      source: 'local_upload',
      media_type: 'text/markdown',
    });
    expect(documentPoints(second, embedding)).toEqual([]);
  });
});

describe('requestsOf', () => {
  const point = (text: string): Point => ({ id: text, vector: { dense: [] }, payload: { text } });
  const sizes = (requests: readonly Point[][]): number[] => requests.map(({ length }) => length);

  it('cuts points into requests of bounded size and keeps their order', () => {
    const points = ['a', 'b', 'c', 'd', 'e'].map((letter) => point(letter.repeat(1000)));

    const requests = requestsOf(points, 3300);

    expect(sizes(requests)).toEqual([2, 2, 1]);
    expect(requests.flat()).toEqual(points);
  });

  it('sends a point that is too large alone, and nothing for nothing', () => {
    expect(sizes(requestsOf([point('a'), point('b'.repeat(9000)), point('c')], 2000))).toEqual([1, 1, 1]);
    expect(requestsOf([], 2000)).toEqual([]);
  });

  it('counts the numbers of vectors', () => {
    const long = { id: 'x', vector: { dense: Array.from({ length: 384 }, () => 0.1) }, payload: {} };

    expect(sizes(requestsOf([long, long, long], 20_000))).toEqual([2, 1]);
  });
});
