import { describe, expect, it } from '@jest/globals';

import { HashEmbeddingModel } from '#models';
import { searchModes } from '#query';

import { isForTuning, labelledQuestions } from '../../bench/quality/answers/questions.js';
import { measureAnswers } from '../../bench/quality/answers/measure.js';
import { documents } from '../../bench/quality/answers/world.js';

describe('answers to questions of all kinds', () => {
  it('are at least as good by auto as by the best single mode, on the part kept apart', async () => {
    const { modes } = await measureAnswers(new HashEmbeddingModel(384), 'held');

    const single = searchModes.filter((mode) => mode !== 'auto').map((mode) => modes[mode].all);
    expect(modes.auto.all).toBeGreaterThanOrEqual(Math.max(...single));
    // Each way finds what is made for it, so that none of them is beaten for being broken.
    const own = { semantic: 0.4, keyword: 0.95, hybrid: 0.9, graph: 0.9, metadata: 0.95 } as const;
    for (const [mode, least] of Object.entries(own) as [keyof typeof own, number][]) {
      expect({ mode, enough: modes[mode][mode] >= least }).toEqual({ mode, enough: true });
    }
  });
});

describe('the questions', () => {
  const asked = labelledQuestions();

  it('are different ones, at least 150 of them kept apart', () => {
    expect(new Set(asked.map(({ text }) => text)).size).toBe(asked.length);
    expect(asked.filter((question) => !isForTuning(question)).length).toBeGreaterThanOrEqual(150);
  });

  it('are answered by documents that exist', () => {
    const known = new Set(documents().map(({ documentId }) => documentId));

    expect(asked.filter(({ relevant }) => relevant.size === 0)).toEqual([]);
    expect(asked.flatMap(({ relevant }) => [...relevant]).filter((id) => !known.has(id))).toEqual([]);
  });
});
