import { describe, expect, it } from '@jest/globals';

import { entriesDigest, entriesIn, factLine, metadataDigest, PieceTally } from './piece-tally.js';

describe('the digest of metadata', () => {
  it('is the same in whatever order it was kept, as an object or as entries, and says of how many it is', () => {
    const digest = metadataDigest({ b: '"1"', a: '', '🦀': '2' });

    expect(metadataDigest({ '🦀': '2', a: '', b: '"1"' })).toBe(digest);
    expect(entriesDigest(Object.entries({ a: '', b: '"1"', '🦀': '2' }))).toBe(digest);
    expect([digest, metadataDigest({}), metadataDigest('none')].map(entriesIn)).toEqual([3, 0, 0]);
  });

  it('is without what some of the stores can not keep', () => {
    expect(metadataDigest({ 'k\u0000': 'a\u0000b', 'h\ud800': '\udc00' })).toBe(
      metadataDigest({ k: 'ab', 'h\ufffd': '\ufffd' }),
    );
  });

  it('is that of an empty one where there is none', () => {
    for (const none of [undefined, null]) expect(metadataDigest(none)).toBe(metadataDigest({}));
  });

  it('is another one for whatever else is there', () => {
    const kept = [{}, { a: '' }, { a: null }, { a: '1' }, { a: 1 }, { '': 'a' }, { a: '1', b: '' }, '{}', 'a', 5];

    expect(new Set(kept.map(metadataDigest)).size).toBe(kept.length);
    expect(entriesDigest([...'12'].map((value) => ['a', value]))).not.toBe(entriesDigest([['a', '2']]));
  });
});

it('a fact is another one if any of its words is', () => {
  const fact = { uuid: 'f', sourceUuid: 's', targetUuid: 't', relation: 'KNOWS', fact: 'Ada knows Grace.' };
  const others = Object.keys(fact).map((word) => factLine({ ...fact, [word]: 'other' }));

  expect(factLine(fact)).toBe('f s t KNOWS Ada knows Grace.');
  expect(new Set([factLine(fact), ...others]).size).toBe(6);
});

it('copies that say the same as the first are one piece, and each of the others is one more', () => {
  const tally = new PieceTally();
  for (const digest of ['one', 'one', 'other', 'one']) tally.addCopy('metadata', digest);

  expect(tally.pieces().metadata).toEqual({ count: 2, digest: 'one' });
});
