import { describe, expect, it } from '@jest/globals';

import { documentCacheKeys } from './index.js';

const keysOf = (documentId: string) => documentCacheKeys({ namespace: 'docs', documentId });

describe('the keys of a cached document', () => {
  it('are the ones of the contract, whatever ordinary text the documentId holds', () => {
    for (const documentId of ['handbook', 'https://example.org/a?b=1%2F', 'a:chunks:b', 'chunks', '%3A', '🦀']) {
      const hash = `penstock:docs:document:${documentId}`;
      expect(keysOf(documentId)).toEqual({ hash, chunks: `${hash}:chunks` });
    }
  });

  it('never make one document the chunk list of another', () => {
    const documentIds = [
      'a',
      'a:chunks',
      'a%3Achunks',
      'a%253Achunks',
      'a:chunks:chunks',
      'a%3Achunks:chunks',
      ':chunks',
      '',
    ];
    const keys = documentIds.flatMap((documentId) => Object.values(keysOf(documentId)));

    expect(new Set(keys).size).toBe(keys.length);
  });
});
