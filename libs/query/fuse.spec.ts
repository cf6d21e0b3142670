import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { fuse } from './fuse.js';

const passage = (ingestionId: string, score = 1) => ({ ingestionId, seq: 0, score });
const names = (list: readonly { readonly ingestionId: string }[]): string[] =>
  list.map(({ ingestionId }) => ingestionId);

describe('fuse', () => {
  it('puts what two lists name before what one list names first', () => {
    const fused = fuse([
      { name: 'semantic', weight: 1, passages: [passage('a'), passage('b')] },
      { name: 'keyword', weight: 1, passages: [passage('c'), passage('b')] },
    ]);

    expect(names(fused)).toEqual(['b', 'a', 'c']);
    expect(fused[0]?.scores).toEqual({ semantic: { rank: 2, score: 1 }, keyword: { rank: 2, score: 1 } });
  });

  it('keeps the order of the main list where the other one only adds', () => {
    const fused = fuse([
      { name: 'graph', weight: 1, passages: [passage('a'), passage('b')] },
      { name: 'hybrid', weight: 0.5, passages: [passage('c')] },
    ]);

    expect(names(fused)).toEqual(['a', 'b', 'c']);
  });

  it('names each passage once, and orders equal scores the same way whatever came first', () => {
    const list = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'));
    fc.assert(
      fc.property(list, list, (one, two) => {
        const lists = [one, two].map((ids, index) => ({
          ...{ name: `list ${index}`, weight: 1 },
          passages: ids.map((id) => passage(id)),
        }));
        const fused = names(fuse(lists));

        expect(new Set(fused).size).toBe(fused.length);
        expect(new Set(fused)).toEqual(new Set([...one, ...two]));
        expect(names(fuse([...lists].reverse()))).toEqual(fused);
      }),
    );
  });
});
