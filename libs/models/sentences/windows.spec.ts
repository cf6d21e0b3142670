import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { groupsOf, joinedVectors, windowsOf, type Window } from './windows.js';

const marks = { first: -1, last: -2 };
const tokens = fc.array(fc.array(fc.nat(1000), { maxLength: 40 }), { maxLength: 12 });

describe('windowsOf', () => {
  it('covers every token once and in order, within the bound', () => {
    fc.assert(
      fc.property(tokens, fc.integer({ min: 3, max: 12 }), (texts, tokensMax) => {
        const windows = windowsOf(texts, tokensMax, marks);

        for (const { tokens: row, weight } of windows) {
          expect(row.length).toBeLessThanOrEqual(tokensMax);
          expect(row.length).toBe(weight + 2);
        }
        const joined = texts.map((_, text) =>
          windows.filter((window) => window.text === text).flatMap((window) => window.tokens.slice(1, -1)),
        );
        expect(joined).toEqual(texts);
      }),
    );
  });

  it('cuts a long text into windows of about the same size', () => {
    const windows = windowsOf([Array.from({ length: 255 }, () => 7)], 256, marks);

    expect(windows.map(({ weight }) => weight)).toEqual([128, 127]);
  });
});

describe('groupsOf', () => {
  it('puts each window into one group, of windows of its length, within the bound', () => {
    fc.assert(
      fc.property(tokens, fc.integer({ min: 1, max: 60 }), (texts, tokensMax) => {
        const windows = windowsOf(texts, 10, marks);

        const groups = groupsOf(windows, tokensMax);

        expect(new Set(groups.flat())).toEqual(new Set(windows));
        expect(groups.flat()).toHaveLength(windows.length);
        for (const group of groups) {
          expect(new Set(group.map((window) => window.tokens.length)).size).toBe(1);
          const size = group.reduce((sum, window) => sum + window.tokens.length, 0);
          expect(group.length === 1 || size <= tokensMax).toBe(true);
        }
      }),
    );
  });
});

describe('joinedVectors', () => {
  it('weighs the windows of a text by their tokens, and gives zeros for a text without any', () => {
    const windows: Window[] = [
      { text: 0, tokens: [], weight: 3 },
      { text: 0, tokens: [], weight: 4 },
    ];
    const vectors = new Map([
      [windows[0] as Window, Float32Array.of(1, 0)],
      [windows[1] as Window, Float32Array.of(0, 1)],
    ]);

    const [joined, empty] = joinedVectors(windows, vectors, 2, 2);

    expect([...(joined ?? [])]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    expect([...(empty ?? [])]).toEqual([0, 0]);
  });
});
