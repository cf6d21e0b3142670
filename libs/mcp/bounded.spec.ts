import { describe, expect, it } from '@jest/globals';

import { bounded, bytesOf, resultBytesMax } from './bounded.js';

const hits = (count: number, chars: number) =>
  Array.from({ length: count }, (_, seq) => ({ documentId: 'd', seq, text: 'ü'.repeat(chars) }));

describe('an answer', () => {
  it('that fits stays as it is', () => {
    const answer = { hits: hits(5, 1_000), nextCursor: 'c' };

    expect(bounded(answer)).toBe(answer);
  });

  it('of long texts keeps all entries and the cursor, with shorter texts, and says so', () => {
    const answer = { route: 'hybrid', hits: hits(20, 4_000), nextCursor: 'c'.repeat(200) };

    const less = bounded(answer) as typeof answer & { cut: string };

    expect(bytesOf(answer)).toBeGreaterThan(resultBytesMax);
    expect(bytesOf(less)).toBeLessThanOrEqual(resultBytesMax);
    expect(less).toMatchObject({ route: 'hybrid', nextCursor: answer.nextCursor, cut: expect.stringContaining('ask') });
    expect(less.hits.map(({ seq }) => seq)).toEqual(answer.hits.map(({ seq }) => seq));
    expect(less.hits[0]?.text).toMatch(/^ü+…$/);
  });

  it('of many entries loses the last ones, and the cursor that would pass them over', () => {
    const less = bounded({ items: hits(5_000, 10), nextCursor: 'c' }) as { items: { seq: number }[] };

    expect(bytesOf(less)).toBeLessThanOrEqual(resultBytesMax);
    expect(less.items[0]).toMatchObject({ seq: 0 });
    expect(less.items.length).toBeLessThan(5_000);
    expect(less).not.toHaveProperty('nextCursor');
  });

  it('is never cut within a character', () => {
    const less = bounded({ text: '💥'.repeat(200_000) }) as { text: string };

    expect(less.text.isWellFormed()).toBe(true);
  });

  it.each<[string, Record<string, unknown>]>([
    ['one text of 1 MB', { text: 'x'.repeat(1_000_000) }],
    ['lists in lists', { a: Array.from({ length: 300 }, () => ({ b: hits(300, 10) })) }],
    ['very many fields', Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`field-${at}`, at]))],
    ['texts that JSON makes longer', { items: [{ text: '\u0001'.repeat(60_000) }] }],
  ])('is within its bounds whatever it holds: %s', (_, answer) => {
    const less = bounded(answer);

    expect(bytesOf(less)).toBeLessThanOrEqual(resultBytesMax);
    expect(less).toHaveProperty('cut');
  });
});
