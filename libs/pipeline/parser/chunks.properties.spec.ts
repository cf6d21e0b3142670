import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { countTokens } from '#tokens';

import { chunksOf, type Passage } from './chunks.js';
import { Cleaning } from './formats/cleaning.js';
import { DocumentText, type BlockKind } from './formats/document-text.js';

/** Sentences of languages that write spaces, and of three that do not. */
const sentences: Readonly<Record<string, readonly string[]>> = {
  English: [
    'Marta winds the gauge by hand.',
    'Two engines filled a brick tank every night!',
    'Has it failed since 1926?',
  ],
  Russian: ['Насос качает воду каждое утро.', 'Сторож проверяет уровень в баке вручную.', 'Вода чистая?'],
  Chinese: ['自来水厂每天早晨检查水箱的水位。', '旧水泵在二〇〇九年修好了。', '工程师说这件事情并不着急。'],
  Japanese: [
    '水道局は毎朝タンクの水位を確かめます。',
    '古いポンプは去年直されました。',
    '町の図書館は大きな公園の前にあります。',
  ],
  Thai: ['โรงงานประปาตรวจสอบระดับน้ำในถังทุกเช้า ', 'เครื่องสูบน้ำเก่าได้รับการซ่อมแซมแล้ว ', 'น้ำสะอาดและปลอดภัยสำหรับทุกคนในเมือง '],
};
const language = fc.constantFrom(...Object.keys(sentences));
const numRuns = 150;

function cut(
  pieces: readonly (readonly [BlockKind, string])[],
  chunkTokens: number,
  chunkOverlapTokens = 0,
): { text: string; passages: Passage[]; spans: { kind: BlockKind; start: number; end: number }[] } {
  const document = new DocumentText(new Cleaning());
  for (const [kind, text] of pieces) document.add(kind, text, kind === 'heading' ? 1 : undefined);
  const { text, blocks } = document.finish();
  return { text, passages: [...chunksOf(text, blocks, { chunkTokens, chunkOverlapTokens })], spans: [...blocks] };
}

/** Places where a word begins or ends, as the Unicode standard and its dictionaries say. */
function wordEdges(text: string): Set<number> {
  const edges = [...new Intl.Segmenter('en', { granularity: 'word' }).segment(text)];
  return new Set([...edges.map(({ index }) => index), text.length]);
}

const prose = (name: string, picks: readonly number[]): string =>
  picks.map((pick) => sentences[name]?.[pick % 3] ?? '').join(name === 'English' || name === 'Russian' ? ' ' : '');

describe('the chunker, whatever the text', () => {
  it('never cuts a word, in languages with spaces and without', () => {
    const picks = fc.array(fc.nat(2), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(language, picks, fc.integer({ min: 24, max: 90 }), (name, chosen, budget) => {
        const { text, passages } = cut([['paragraph', prose(name, chosen)]], budget);

        const edges = wordEdges(text);
        for (const { startOffset, endOffset, tokenCount } of passages) {
          expect([startOffset, endOffset].filter((place) => !edges.has(place))).toEqual([]);
          expect(tokenCount).toBeLessThanOrEqual(budget);
        }
        expect(
          passages
            .map((one) => one.text)
            .join('')
            .replaceAll(' ', ''),
        ).toBe(text.replaceAll(' ', ''));
      }),
      { numRuns },
    );
  });

  it('repeats whole sentences of the chunk before, as many as the overlap holds, and none without one', () => {
    const picks = fc.array(fc.nat(2), { minLength: 4, maxLength: 40 });
    const overlaps = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(language, picks, fc.integer({ min: 60, max: 120 }), overlaps, (name, chosen, budget, overlap) => {
        const { text, passages } = cut([['paragraph', prose(name, chosen)]], budget, overlap);

        for (const [index, passage] of passages.slice(1).entries()) {
          const repeated = text.slice(passage.startOffset, passages[index]?.endOffset ?? 0);
          if (overlap === 0) expect(repeated).toBe('');
          if (repeated === '') continue;
          expect(sentences[name]?.some((sentence) => repeated.startsWith(sentence.trim()))).toBe(true);
          expect(countTokens(repeated)).toBeLessThanOrEqual(overlap);
        }
      }),
      { numRuns },
    );
  });

  it('keeps a table and code whole where they fit one chunk, wherever they stand', () => {
    const rows = fc.array(fc.constantFrom('Hillside | 1893 | 46', 'Old Mill | 1931 | 18', 'a | b | c'), {
      minLength: 1,
      maxLength: 7,
    });
    const lines = fc.array(fc.constantFrom('read-gauge --tank brick', '  if (level < 4) pump();', '}'), {
      minLength: 1,
      maxLength: 7,
    });
    const piece = fc.oneof(
      rows.map((some): [BlockKind, string] => ['table', some.join('\n')]),
      lines.map((some): [BlockKind, string] => ['code', some.join('\n')]),
      fc
        .tuple(language, fc.array(fc.nat(2), { minLength: 1, maxLength: 5 }))
        .map(([name, picks]): [BlockKind, string] => ['paragraph', prose(name, picks)]),
      fc.constant<[BlockKind, string]>(['heading', 'The pumps']),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 60, max: 150 }),
        fc.integer({ min: 0, max: 30 }),
        (pieces, budget, overlap) => {
          const { text, passages, spans } = cut(pieces, budget, overlap);

          for (const { kind, start, end } of spans) {
            // A chunk has no white space around it, so an indented first line begins with its first letter.
            const whole = text.slice(start, end).trim();
            const from = text.indexOf(whole, start);
            if ((kind !== 'table' && kind !== 'code') || countTokens(whole) > budget - whole.split('\n').length)
              continue;
            const holders = passages.filter((one) => one.startOffset <= from && one.endOffset >= from + whole.length);
            expect(holders.length).toBeGreaterThanOrEqual(1);
          }
        },
      ),
      { numRuns },
    );
  });
});
