import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { countTokens } from '#tokens';

import { chunksOf, type Passage } from './chunks.js';
import { Cleaning } from './formats/cleaning.js';
import type { Block, BlockKind } from './formats/document-text.js';
import { DocumentText } from './formats/document-text.js';

type Piece = readonly [kind: BlockKind, text: string, level?: number];

function cut(
  pieces: readonly Piece[],
  chunkTokens: number,
  chunkOverlapTokens = 0,
): { text: string; passages: Passage[] } {
  const document = new DocumentText(new Cleaning());
  for (const [kind, text, level] of pieces) document.add(kind, text, level);
  const { text, blocks } = document.finish();
  return { text, passages: [...chunksOf(text, blocks, { chunkTokens, chunkOverlapTokens })] };
}

function cutText(text: string, chunkTokens: number, overlap = 0): Passage[] {
  const blocks: Block[] = [{ kind: 'paragraph', start: 0, end: text.length }];
  return [...chunksOf(text, blocks, { chunkTokens, chunkOverlapTokens: overlap })];
}

const sentence = 'Bosch Technologies opened a plant in Stuttgart. ';

describe('the chunker', () => {
  it('gives exact offsets, keeps the budget and loses no word, whatever the text', () => {
    const kind = fc.constantFrom<BlockKind>('paragraph', 'heading', 'code', 'table', 'list-item');
    const words = fc.lorem({ maxCount: 60, mode: 'sentences' });
    const text = fc.oneof(
      words,
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.string({ unit: 'binary', maxLength: 200 }),
    );
    const pieces = fc.array(fc.tuple(kind, text, fc.integer({ min: 1, max: 6 })), { maxLength: 8 });
    fc.assert(
      fc.property(
        pieces,
        fc.integer({ min: 16, max: 120 }),
        fc.integer({ min: 0, max: 40 }),
        (given, budget, overlap) => {
          const { text: whole, passages } = cut(given, budget, overlap);
          const covered = new Uint8Array(whole.length);
          for (const passage of passages) {
            expect(whole.slice(passage.startOffset, passage.endOffset)).toBe(passage.text);
            expect(passage.tokenCount).toBe(countTokens(passage.text));
            expect(passage.tokenCount).toBeLessThanOrEqual(budget);
            covered.fill(1, passage.startOffset, passage.endOffset);
          }
          for (const visible of whole.matchAll(/\S/gu)) expect(covered[visible.index]).toBe(1);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('cuts between sentences and repeats whole ones', () => {
    const passages = cutText(sentence.repeat(12).trim(), 40, 12);

    expect(passages.length).toBeGreaterThan(2);
    for (const { text } of passages) expect(text).toMatch(/^Bosch .*Stuttgart\.$/u);
    for (const [index, passage] of passages.slice(1).entries()) {
      expect(passage.startOffset).toBeLessThan(passages[index]?.endOffset ?? 0);
    }
  });

  it('cuts a sentence over the budget between words only', () => {
    const text = Array.from({ length: 200 }, (_, index) => `word${index}`).join(' ');

    const passages = cutText(text, 32);

    expect(passages.map((passage) => passage.text).join(' ')).toBe(text);
  });

  it('cuts between words in a language without spaces', () => {
    const word = '図書館';

    for (const { text } of cutText(word.repeat(60), 20)) expect(text.length % word.length).toBe(0);
  });

  it('starts a passage at each heading and names the headings above', () => {
    const { passages } = cut(
      [
        ['heading', 'Report', 1],
        ['heading', 'Partners', 2],
        ['paragraph', sentence],
        ['heading', 'Money', 2],
        ['paragraph', 'Revenue rose.'],
      ],
      100,
      20,
    );

    expect(passages.map(({ headingPath }) => headingPath)).toEqual([
      ['Report', 'Partners'],
      ['Report', 'Money'],
    ]);
    expect(passages[0]?.text).toBe(`Report\n\nPartners\n\n${sentence.trim()}`);
    expect(passages[1]?.text).toBe('Money\n\nRevenue rose.');
  });

  it('keeps a table whole where it fits and cuts it between rows where it does not', () => {
    const rows = Array.from({ length: 8 }, (_, index) => `Widget ${index} | 5.2`).join('\n');

    expect(
      cut(
        [
          ['paragraph', sentence.repeat(3)],
          ['table', rows],
        ],
        90,
      ).passages.at(-1)?.text,
    ).toBe(rows);
    for (const { text } of cut([['table', rows]], 24).passages) expect(text).toMatch(/^Widget.*5\.2$/su);
  });

  it('begins a new passage rather than tear a paragraph that fits one', () => {
    const paragraph = sentence.repeat(3).trim();

    expect(
      cut(
        [
          ['paragraph', paragraph],
          ['paragraph', paragraph],
        ],
        45,
      ).passages.map(({ text }) => text),
    ).toEqual([paragraph, paragraph]);
  });
});
