import { describe, expect, it } from '@jest/globals';

import { RulesExtractionModel } from '#models';

import { isForTraining, readCorpus } from '../../bench/quality/extraction/corpus.js';
import { f1, scoreNames } from '../../bench/quality/extraction/score.js';

const { signal } = new AbortController();

describe('the extractor on this machine', () => {
  it('finds names in texts it has not learnt from, well above the goal of 0.70', async () => {
    const texts = readCorpus().filter((text) => !isForTraining(text));
    const chunks = texts.map(({ text }) => ({ text }));

    const found = await new RulesExtractionModel().extract(chunks, { signal });

    const types = ['Person', 'Organization', 'Location'];
    const pairs = texts.map(({ names }, index) => ({
      annotated: names,
      found: (found[index]?.entities ?? []).filter(({ type }) => types.includes(type)) as typeof names,
    }));
    const score = scoreNames(pairs, types).get('micro');
    expect(score?.annotated).toBe(586);
    expect(score && f1(score)).toBeGreaterThan(0.72);
  });
});

describe('the measure', () => {
  it('counts a name only with its exact span and type, and once', () => {
    const gold = [
      { type: 'Person', start: 0, end: 4 },
      { type: 'Location', start: 10, end: 14 },
    ] as const;
    const found = [gold[0], gold[0], { ...gold[1], end: 13 }, { ...gold[1], type: 'Person' }] as const;

    const scores = scoreNames([{ annotated: gold, found }], ['Person', 'Location']);

    expect(scores.get('micro')).toEqual({ right: 1, found: 3, annotated: 2 });
    expect(scores.get('Location')).toEqual({ right: 0, found: 1, annotated: 1 });
    expect(f1({ right: 1, found: 3, annotated: 2 })).toBeCloseTo(0.4, 6);
    expect(f1({ right: 0, found: 0, annotated: 0 })).toBe(0);
  });
});
