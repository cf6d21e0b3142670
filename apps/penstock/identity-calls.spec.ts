import { describe, expect, it } from '@jest/globals';

import type { FoundPart } from '#pipeline/extractor';

import { identityCalls } from './identity-calls.js';

const free = { promptTokens: 0, completionTokens: 0 };
const model = 'openai/gpt-4.1-mini';

/** A part of a document that says nothing but that these are there. */
function aPart(document: string, type: string, ...names: string[]): FoundPart {
  const text = `Today ${names.join(' and ')} met.`;
  const entities = names.map((name) => {
    const start = text.indexOf(`${name} `);
    return { name, type, start, end: start + name.length };
  });
  return { document, passages: [{ text }], found: [{ entities, facts: [], usage: free }] };
}

/** How many names each call asks about, by the length of its answer. */
async function namesAsked(...parts: FoundPart[]): Promise<number[]> {
  const calls = await identityCalls(model, parts);
  const [one] = await identityCalls(model, [aPart('a', 'Organization', 'IBM', 'International Business Machines')]);
  return calls.map(({ completionTokens }) => completionTokens / (one?.completionTokens ?? NaN));
}

describe('what would be asked about names', () => {
  it('is nothing where rules say all', async () => {
    expect(await namesAsked(aPart('a', 'Person', 'J. Smith', 'John Smith'), aPart('b', 'Person', 'Ann Jones'))).toEqual(
      [],
    );
  });

  it('is what is in doubt in one part, and in two documents of which either may come first', async () => {
    const within = aPart('a', 'Organization', 'Goldman', 'Goldman Sachs', 'IBM', 'International Business Machines');
    const across = [aPart('a', 'Person', 'Robert Miller'), aPart('b', 'Person', 'Rob Miller')];

    expect(await namesAsked(within)).toEqual([2]);
    expect(await namesAsked(...across)).toEqual([1]);
    expect(await namesAsked(...across.toReversed())).toEqual([1]);
    expect(await namesAsked(within, ...across)).toEqual([2, 1]);
  });

  it('is not asked across parts of one document, nor twice', async () => {
    const parts = [aPart('a', 'Person', 'Robert Miller'), aPart('a', 'Person', 'Rob Miller')];
    const within = aPart('a', 'Organization', 'IBM', 'International Business Machines');

    expect(await namesAsked(...parts)).toEqual([]);
    expect(await namesAsked(within, within, { ...within, document: 'b' })).toEqual([1]);
  });

  it('is grouped and bounded as the extractor does it, and each call sends its names and sentences', async () => {
    const banks = Array.from({ length: 40 }, (_, at) => `B${at}`);
    const part = aPart('a', 'Organization', ...banks.flatMap((bank) => [bank, `${bank} Bank`]));

    const [first, second] = await identityCalls(model, [part]);

    expect(await namesAsked(part)).toEqual([12, 12]);
    expect(first?.promptTokens).toBeGreaterThan(12 * 20);
    expect(second?.promptTokens).toBeGreaterThan(12 * 20);
  });
});
