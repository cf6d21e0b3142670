import { describe, expect, it } from '@jest/globals';

import { Index, ndcgOfTen } from '../../bench/quality/retrieval/rank.js';
import { isForTuning, readSets } from '../../bench/quality/retrieval/sets.js';

/** Below what was measured when this was written; docs/quality.md has the numbers. */
const least: Readonly<Record<string, number>> = { English: 0.93, German: 0.9 };

describe('search by words', () => {
  it.each(Object.entries(least))('finds what answers a question in %s, on the part kept apart', (name, expected) => {
    const set = readSets().find((one) => one.name === name);
    const index = new Index(set?.passages ?? [], []);
    const asked = (set?.questions ?? []).filter((question) => !isForTuning(question));

    const scores = asked.map(({ id, text }) => ndcgOfTen(index.byWords(text), set?.relevant.get(id) ?? new Set()));

    expect(asked.length).toBeGreaterThan(150);
    expect(scores.reduce((sum, score) => sum + score, 0) / scores.length).toBeGreaterThan(expected);
  });
});
