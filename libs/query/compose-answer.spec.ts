import { describe, expect, it } from '@jest/globals';

import { composeAnswer } from './compose-answer.js';
import type { Hit } from './hit.js';

const hit = (text: string, fields: Partial<Hit> = {}): Hit => ({
  ...{ namespace: 'n', documentId: 'd', ingestionId: 'i', version: 1, seq: 0, title: null, mediaType: 'text/plain' },
  ...{ source: 'inline', location: null, text, startOffset: 0, endOffset: 30, headingPath: [], origin: null, score: 1 },
  ...{ scores: { hybrid: { rank: 1, score: 1 } }, snippet: { text, highlights: [] }, entities: [], facts: [] },
  ...fields,
});
const fact = {
  ...{ uuid: 'f', source: 'John Smith', sourceUuid: 's', relation: 'CEO_OF', target: 'ACME', targetUuid: 't' },
  ...{ fact: 'John Smith is CEO of ACME.', validAt: null, invalidAt: null },
};
const acme = { uuid: 't', name: 'ACME', type: 'Organization' };

describe('composeAnswer', () => {
  it('takes sentences word for word, each with the number of its passage, the one that says most first', () => {
    const hits = [hit('Rain fell. It was warm.'), hit('The pump broke. A valve of the pump leaks.')];

    const { sentences } = composeAnswer(['valve', 'pump', 'leak'], hits, [], []);

    expect(sentences).toEqual([{ text: 'A valve of the pump leaks.', citations: [2] }]);
  });

  it('says a fact first, if one of the passages states it', () => {
    const stated = composeAnswer(['ceo', 'acme'], [hit('x', { facts: [fact] })], [fact], [acme]);
    const unstated = composeAnswer(['ceo', 'acme'], [hit('x')], [fact], [acme]);

    expect(stated.sentences).toEqual([{ text: fact.fact, citations: [1] }]);
    expect(unstated.sentences).toEqual([]);
  });

  it('is sure of what speaks of the whole question and is found in more than one way, and of nothing else', () => {
    const twice = { scores: { graph: { rank: 1, score: 1 }, hybrid: { rank: 1, score: 1 } } };

    expect(composeAnswer(['valve'], [hit('The valve.', twice)], [], []).confidence).toBe(1);
    expect(composeAnswer(['valve', 'yellow'], [hit('The valve.')], [], []).confidence).toBe(0.5);
    expect(composeAnswer(['yellow'], [hit('The valve.')], [], []).confidence).toBe(0);
  });

  it('asks on about what is near what was named', () => {
    expect(composeAnswer(['acme'], [], [fact], [acme]).followUps).toEqual([
      'How did what is known of ACME change over time?',
      'What else is known of John Smith?',
    ]);
  });
});
