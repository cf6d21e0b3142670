import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { HashEmbeddingModel } from './hash-embedding-model.js';
import { hashedVector } from './hashed-vector.js';
import { sparseQuery, sparseVector } from './sparse.js';

function cosine(a: string, b: string): number {
  const [left, right] = [hashedVector(a, 384), hashedVector(b, 384)];
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}

describe('hashedVector', () => {
  it('has length 1, or is all zeros for a text without words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 8, max: 512 }), (text, dimensions) => {
        const vector = hashedVector(text, dimensions);
        const length = Math.hypot(...vector);
        return vector.length === dimensions && (Math.abs(length - 1) < 1e-5 || length === 0);
      }),
    );
  });

  it('puts texts that share words nearer than texts that do not', () => {
    const near = cosine('The plant in Stuttgart opens in May', 'A new plant opens in Stuttgart');
    const far = cosine('The plant in Stuttgart opens in May', 'Quarterly dividends were paid late');

    expect(near).toBeGreaterThan(far + 0.3);
  });

  it('does not change from release to release', () => {
    expect([...hashedVector('Penstock keeps promises', 8)].map((value) => value.toFixed(4))).toMatchInlineSnapshot(`
     [
       "0.0000",
       "0.0000",
       "-0.2132",
       "0.0000",
       "-0.2132",
       "0.0000",
       "0.4264",
       "-0.8528",
     ]
    `);
  });
});

describe('HashEmbeddingModel', () => {
  it('answers every text in order and stops when aborted', async () => {
    const model = new HashEmbeddingModel(16);
    const { vectors } = await model.embed(['a', 'b'], { signal: new AbortController().signal });

    expect(model.id).toBe('hash/16');
    expect(vectors).toEqual([hashedVector('a', 16), hashedVector('b', 16)]);
    await expect(model.embed(['a'], { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'transient' });
  });
});

describe('sparseVector', () => {
  it('has ascending, distinct, unsigned 32-bit indices and positive weights', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { indices, values } = sparseVector(text);
        const ascending = indices.every((index, at) => at === 0 || index > (indices[at - 1] ?? Infinity));
        const unsigned = indices.every((index) => Number.isInteger(index) && index >= 0 && index <= 0xffffffff);
        return ascending && unsigned && values.length === indices.length && values.every((value) => value > 0);
      }),
    );
  });

  it('ignores case and stop words, and weighs a repeated word more, up to a bound', () => {
    const once = sparseVector('The PLANT');
    const often = sparseVector('plant '.repeat(50));

    expect(once.indices).toEqual(sparseVector('plant').indices);
    expect(often.values[0]).toBeGreaterThan(once.values[0] ?? 0);
    expect(often.values[0]).toBeLessThan(2.2);
  });

  it('asks for each word of a query with weight 1, stop words too if there is nothing else', () => {
    expect(sparseQuery('plant Plant').values).toEqual([1]);
    expect(sparseQuery('to be').indices).toHaveLength(2);
    expect(sparseQuery('').indices).toEqual([]);
  });
});
