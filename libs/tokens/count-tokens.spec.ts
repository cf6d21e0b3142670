import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countTokens as countAsThePackage } from 'gpt-tokenizer/encoding/cl100k_base';

import { countTokens } from './count-tokens.js';

const ordinary = { disallowedSpecial: new Set<string>() };

describe('how many tokens a text has', () => {
  it('is what the package says, whatever the text, the first time and again', () => {
    const words = fc.lorem({ maxCount: 20, mode: 'sentences' });
    const marks = fc.constantFrom(
      "it's",
      '<|endoftext|>',
      '  \n\n ',
      '\r\n',
      'Zürich’s',
      '图书馆',
      '👩‍🚒',
      '12345',
      '\ud800',
    );
    const text = fc.oneof(
      words,
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(fc.oneof(marks, fc.constant(' '), words), { maxLength: 12 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (some) => {
        fc.pre(!/\S{256}|\s{256}/u.test(some));
        const expected = countAsThePackage(some, ordinary);
        expect([countTokens(some), countTokens(some)]).toEqual([expected, expected]);
      }),
      { numRuns: 300 },
    );
  });

  it('is counted in a moment for a line without spaces', () => {
    expect(countTokens('x'.repeat(1_024_000))).toBe(4000 * countAsThePackage('x'.repeat(256), ordinary));
  });
});
