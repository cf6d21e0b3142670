import { describe, expect, it } from '@jest/globals';

import { findNames } from '../names.js';
import { tokenize } from '../tokens.js';
import { decode } from './decode.js';
import { viewOf } from './features.js';
import { labelsOf, spansOfLabels } from './labels.js';
import { tagNames } from './tag-names.js';

function names(text: string): string[] {
  const tokens = tokenize(text);
  const spans = tagNames(text, tokens, findNames(tokens, text, []), []);
  return spans.sort((a, b) => a.start - b.start).map(({ type, start, end }) => `${text.slice(start, end)} [${type}]`);
}

describe('tagNames', () => {
  it.each([
    [
      'The Federal Reserve said on Tuesday that Jerome Powell would speak in Chicago.',
      ['Federal Reserve [Organization]', 'Jerome Powell [Person]', 'Chicago [Location]'],
    ],
    ['Shares of Toyota fell after a recall in Japan.', ['Toyota [Organization]', 'Japan [Location]']],
    [
      'Mrs. Thatcher flew from London to Hong Kong with Geoffrey Howe.',
      ['Thatcher [Person]', 'London [Location]', 'Hong Kong [Location]', 'Geoffrey Howe [Person]'],
    ],
    ['It rained all week, and nobody came.', []],
  ])('reads %j', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it('finds a name again where little stands around it', () => {
    const text = 'Partner: Adventure Works. The chief executive of Adventure Works, Kim Abercrombie, resigned.';

    expect(names(text).filter((name) => name.startsWith('Adventure Works'))).toHaveLength(2);
  });

  it('never lets a name run on into the next sentence, also if that begins with it', () => {
    const text = 'John Smith is the CEO of ACME Corporation. ACME Corporation is headquartered in Berlin.';

    expect(names(text)).toEqual([
      'John Smith [Person]',
      'ACME Corporation [Organization]',
      'ACME Corporation [Organization]',
      'Berlin [Location]',
    ]);
  });

  it('never lets a name run over a comma or a bracket', () => {
    const text = 'They visited Samsung, Datecs, Canon (Tokyo) and Sony; Nikon too.';

    for (const name of names(text)) expect(name).not.toMatch(/[,;()]/);
  });
});

describe('labels', () => {
  const text = 'Ann Lee of Enron Corp. met Bo.';
  const tokens = tokenize(text);

  it('stand for names and give them back', () => {
    const spans = [
      { type: 'Person', start: 0, end: 7 },
      { type: 'Organization', start: 11, end: 22 },
      { type: 'Person', start: 27, end: 29 },
    ] as const;

    const labels = labelsOf(tokens, spans);

    expect(labels).toEqual([1, 2, 0, 3, 4, 0, 1]);
    expect(spansOfLabels(text, tokens, labels)).toEqual(spans);
  });

  it('continue only a name of their type, whatever the weights say', () => {
    const wish = Float64Array.from([0, 0, 9, 0, 0, 0, 0]);
    const weights = {
      features: new Map([['any', new Map([['', wish]])]]),
      transitions: Array.from({ length: 8 }, () => Array(7).fill(0)),
    };
    const view = viewOf(
      tokens,
      tokens.map(() => 'o'),
    );

    const labels = decode(tokens, view, weights);

    expect(labels[0]).not.toBe(2);
    labels.forEach((label, at) => {
      if (label === 2) expect([1, 2]).toContain(labels[at - 1]);
    });
  });
});
