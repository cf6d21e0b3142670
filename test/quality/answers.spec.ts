import { describe, expect, it } from '@jest/globals';

import { HashEmbeddingModel } from '#models';
import { searchModes } from '#query';

import { MemoryDocuments, MemoryFacts } from '../../bench/quality/answers/memory-stores.js';
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

describe('names that documents in memory are asked for', () => {
  const entity = (name: string) => ({ uuid: name, name, type: 'Thing' });
  const said = documents()
    .slice(0, 3)
    .map((at, index) => ({
      ...{ at, facts: [] },
      entities: [entity('Berlin Philharmonic'), ...(index === 0 ? [entity('Berlin')] : [])],
    }));

  it.each([
    [['berlin'], ['Berlin', 'Berlin Philharmonic']],
    [
      ['berlin', 'berlin philharmonic'],
      ['Berlin Philharmonic', 'Berlin'],
    ],
  ])('come before longer ones that begin so, though more documents speak of those: %s', async (asked, found) => {
    const entities = await new MemoryDocuments(said).entitiesNamed('bench', asked);

    expect(entities.map(({ name }) => name)).toEqual(found);
  });
});

describe('facts in memory around a hub', () => {
  const stated = (uuid: string, sentence: string, targetUuid = uuid) => ({
    ...{ uuid, source: 'Hub', sourceUuid: 'hub', relation: 'MET_WITH', target: targetUuid, targetUuid },
    ...{ fact: sentence, validAt: null, invalidAt: null },
  });
  const facts = [stated('often', 'Hub met A.'), stated('tie', 'Hub met B.', 'b'), stated('asked', 'Hub opened C.')];
  const said = documents()
    .slice(0, 2)
    .map((at, index) => ({ at, entities: [], facts: facts.slice(0, index === 0 ? 3 : 1) }));

  it.each([
    ['as many documents state them', undefined, ['often', 'asked', 'tie']],
    ['as they fit the words, then tie what is named', ['opened'], ['asked', 'tie', 'often']],
  ] as const)('come %s', async (_, words, found) => {
    const scope = { limit: 3, ...(words === undefined ? {} : { words }) };
    const around = await new MemoryFacts(said).around(['hub', 'b'], {}, scope);

    expect(around.map(({ uuid }) => uuid)).toEqual(found);
  });
});
