import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { snippetOf } from './snippet.js';

const marked = (text: string, words: readonly string[]): string[] => {
  const { text: shown, highlights } = snippetOf(text, words);
  return highlights.map(([from, to]) => shown.slice(from, to));
};

describe('snippetOf', () => {
  it('shows a short passage whole, with the words as they stand in it', () => {
    expect(snippetOf('ACME opened a plant.', ['acme', 'plant']).text).toBe('ACME opened a plant.');
    expect(marked('ACME opened a plant.', ['acme', 'plant'])).toEqual(['ACME', 'plant']);
  });

  it('finds a word by how it begins, but a short one only whole', () => {
    expect(marked('Sensors sense; an ant can go.', ['sens', 'an'])).toEqual(['Sensors', 'sense', 'an']);
  });

  it('cuts the stretch with most of the words out of a long passage, at word ends', () => {
    const filler = 'nothing to see here '.repeat(40);
    const { text } = snippetOf(`${filler}the valve of the pump leaks ${filler}`, ['valve', 'pump', 'leaks']);

    expect(text).toMatch(/^….*valve of the pump leaks.*…$/u);
    expect(text.length).toBeLessThan(300);
    expect(filler).toContain(text.slice(1, 20).trim());
  });

  it('marks only what it shows, and never cuts a pair of surrogates', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 800 }),
        fc.array(fc.string({ minLength: 1 })),
        (text, words) => {
          const { text: shown, highlights } = snippetOf(text.toWellFormed(), words);

          expect(shown.isWellFormed()).toBe(true);
          for (const [from, to] of highlights) expect(shown.slice(from, to).length).toBe(to - from);
        },
      ),
    );
  });

  it('shows the beginning where no word is found, also of a passage without spaces', () => {
    expect(snippetOf('語'.repeat(1000), ['valve'])).toEqual({ text: `${'語'.repeat(280)}…`, highlights: [] });
  });
});
