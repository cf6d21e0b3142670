import { describe, expect, it } from '@jest/globals';

import { promotionGroups } from './store-writer.js';

const ingestion = (version: number, documentId: string) => ({
  namespace: 'n',
  documentId,
  ingestionId: `${documentId}${version}`,
  version,
});

describe('promotionGroups', () => {
  it('puts no document twice into a group and keeps the order', () => {
    const list = [ingestion(1, 'a'), ingestion(1, 'b'), ingestion(2, 'a'), ingestion(1, 'c')];

    expect(promotionGroups(list, 10).map((group) => group.map(({ ingestionId }) => ingestionId))).toEqual([
      ['a1', 'b1'],
      ['a2', 'c1'],
    ]);
  });

  it('keeps groups within their size', () => {
    const list = Array.from({ length: 5 }, (_, index) => ingestion(1, `d${index}`));

    expect(promotionGroups(list, 2).map(({ length }) => length)).toEqual([2, 2, 1]);
  });

  it('puts no document twice into a group, keeps the order and the size', () => {
    const list = [ingestion(1, 'a'), ingestion(1, 'b'), ingestion(2, 'a'), ingestion(1, 'c'), ingestion(1, 'e')];

    expect(promotionGroups(list, 2).map((group) => group.map(({ ingestionId }) => ingestionId))).toEqual([
      ['a1', 'b1'],
      ['a2', 'c1'],
      ['e1'],
    ]);
  });
});
