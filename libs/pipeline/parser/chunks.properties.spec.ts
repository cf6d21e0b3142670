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
    const numbered: Readonly<Record<string, (number: number) => string>> = {
      English: (number) => `Marta winds gauge ${number} of the tank by hand. `,
      Russian: (number) => `Сторож проверяет бак ${number} вручную. `,
      Chinese: (number) => `工程师检查第${number}号水箱。`,
      Japanese: (number) => `先生は${number}番の時計を見ます。`,
    };
    for (const [name, sentence] of Object.entries(numbered)) {
      const text = Array.from({ length: 60 }, (_, index) => sentence(index + 20)).join('');
      const tokens = Math.max(...Array.from({ length: 60 }, (_, index) => countTokens(sentence(index + 20))));
      for (const kept of [0, 1, 2, 3]) {
        const { passages } = cut([['paragraph', text]], tokens * 9, tokens * kept);

        const numbersOf = ({ text: words }: Passage): number[] => (words.match(/\d+/gu) ?? []).map(Number);
        expect([name, passages.length > 3]).toEqual([name, true]);
        for (const [index, passage] of passages.slice(1).entries()) {
          const before = numbersOf(passages[index] as Passage);
          // As many as fit by their tokens, to the sentence; each begins with its first word and ends with its last.
          const sum = (numbers: number[]): number =>
            numbers.reduce((total, number) => total + countTokens(sentence(number)), 0);
          const held = before.filter((_, at) => at > 0 && sum(before.slice(at)) <= tokens * kept);
          expect([name, kept, numbersOf(passage).slice(0, held.length)]).toEqual([name, kept, held]);
          expect(numbersOf(passage)[held.length]).toBe((before.at(-1) ?? 0) + 1);
          expect(held.length).toBeGreaterThanOrEqual(kept);
          expect(passage.text.startsWith(sentence(numbersOf(passage)[0] ?? 0).trim())).toBe(true);
        }
      }
    }
  });

  it('never cuts a word nor takes a sign from it, where words are known because the text was made of them', () => {
    const signs = [
      'state-of-the-art,',
      'don’t',
      'https://lindenau.example/a?b=c',
      '3,000.50',
      '(C++)',
      '«Насос»,',
      'end!',
    ];
    const listed: Readonly<Record<string, readonly [and: string, words: readonly string[]]>> = {
      spaced: [' ', signs],
      Chinese: ['和', ['学校', '老师', '火车', '飞机', '医院', '电脑', '朋友', '城市', '水箱']],
      Japanese: ['と', ['図書館', '学校', '先生', '公園', '電車', '新聞', '時計', '料理', '会社', '病院']],
      Thai: ['และ', ['โรงเรียน', 'รถไฟ', 'คอมพิวเตอร์', 'นักเรียน', 'ตลาด', 'หนังสือ', 'แม่น้ำ']],
      Lao: ['ແລະ', ['ໂຮງຮຽນ', 'ໂຮງໝໍ', 'ຕະຫຼາດ', 'ປຶ້ມ']],
      Khmer: ['និង', ['សាលារៀន', 'ផ្សារ', 'សៀវភៅ', 'មន្ទីរពេទ្យ']],
    };
    for (const [name, [and, known]] of Object.entries(listed)) {
      const pieces = known.flatMap((one) => known.flatMap((other) => [one, and, other, and]));
      const edges = new Set([0]);
      for (const [index] of pieces.entries()) edges.add(pieces.slice(0, index + 1).join('').length);
      for (const budget of [40, 57, 90]) {
        const { passages } = cut([['paragraph', pieces.join('')]], budget);

        expect([name, passages.length > 2]).toEqual([name, true]);
        for (const { startOffset, endOffset } of passages) {
          expect([name, budget, edges.has(startOffset), edges.has(endOffset)]).toEqual([name, budget, true, true]);
        }
      }
    }
  });

  it('cuts an address longer than a chunk at its signs', () => {
    const address = `https://lindenau.example/${Array.from({ length: 60 }, (_, n) => `gauge${n}`).join('/')}`;

    for (const { text } of cut([['paragraph', address]], 40).passages)
      expect(text).toMatch(/^(?:https|[\W]|gauge\d+)/u);
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
