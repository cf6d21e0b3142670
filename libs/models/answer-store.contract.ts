import { randomUUID } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { answerId, contentHash, type AnswerKey, type AnswerStore } from './answers.js';

function aKey(overrides: Partial<AnswerKey> = {}): AnswerKey {
  return { contentHash: contentHash(randomUUID()), model: 'fake/1', version: '1', kind: 'extraction', ...overrides };
}

/** What every answer store promises. */
export function answerStoreContract(name: string, openStore: () => AnswerStore): void {
  describe(`${name}, as an answer store`, () => {
    it('knows nothing of a question that was never answered', async () => {
      expect(await openStore().load([aKey()])).toEqual(new Map());
    });

    it('gives back what was kept', async () => {
      const key = aKey();
      const answer = { entities: [{ name: 'O\'Neil "Ω" 😀', start: 0 }], facts: [] };

      const kept = await openStore().keep([{ key, answer }]);

      expect(kept).toEqual(new Map([[answerId(key), answer]]));
      expect(await openStore().load([key])).toEqual(kept);
    });

    it('keeps the first answer and returns it to whoever comes later', async () => {
      const key = aKey();
      await openStore().keep([{ key, answer: { n: 1 } }]);

      const kept = await openStore().keep([{ key, answer: { n: 2 } }]);

      expect(kept.get(answerId(key))).toEqual({ n: 1 });
    });

    it('keeps the first of equal keys in one call', async () => {
      const key = aKey();

      const kept = await openStore().keep([1, 2].map((n) => ({ key, answer: { n } })));

      expect(kept).toEqual(new Map([[answerId(key), { n: 1 }]]));
    });

    it('tells models, versions and kinds apart', async () => {
      const key = aKey();
      await openStore().keep([{ key, answer: { n: 1 } }]);

      const others = [
        { ...key, model: 'fake/2' },
        { ...key, version: '2' },
        { ...key, kind: 'summary' },
      ];

      expect(await openStore().load(others)).toEqual(new Map());
    });

    it('keeps answers with characters that JSON columns refuse', async () => {
      const key = aKey();
      const answer = { sentence: 'nul \u0000 and half a pair \ud83d', path: String.raw`C:\u0000` };

      await openStore().keep([{ key, answer }]);

      expect((await openStore().load([key])).get(answerId(key))).toEqual(answer);
    });

    it('has one winner for each key when many write at once in different order', async () => {
      const keys = Array.from({ length: 20 }, () => aKey());
      const writers = Array.from({ length: 6 }, (_, writer) =>
        keys
          .toSorted((a, b) => (writer % 2 ? 1 : -1) * (a.contentHash < b.contentHash ? 1 : -1))
          .map((key) => ({ key, answer: { writer } })),
      );

      const seen = await Promise.all(writers.map((entries) => openStore().keep(entries)));

      const winners = await openStore().load(keys);
      expect(winners.size).toBe(keys.length);
      for (const answers of seen) expect(answers).toEqual(winners);
    });

    it('takes empty lists', async () => {
      expect(await openStore().load([])).toEqual(new Map());
      expect(await openStore().keep([])).toEqual(new Map());
    });
  });
}
