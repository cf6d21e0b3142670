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
  documents: [{ documentId: 'd', version: 1, ingestionId: 'i' }],
  documentCount: 1,
};
const telling = { facts: [{ uuid: fact.uuid, text: fact.fact }], first: true };
const nothing = { facts: [], first: false };
const unknown = { entities: [], facts: [] };
const acme = { uuid: 't', name: 'ACME', type: 'Organization' };

describe('composeAnswer', () => {
  it('takes sentences word for word, each with the number of its passage, the one that says most first', () => {
    const hits = [hit('Rain fell. It was warm.'), hit('The pump broke. A valve of the pump leaks.')];

    const { sentences } = composeAnswer(['valve', 'pump', 'leak'], hits, nothing, unknown);

    expect(sentences).toEqual([{ text: 'A valve of the pump leaks.', citations: [2] }]);
  });

  it('says a fact first, if one of the passages states it', () => {
    const stated = composeAnswer(['ceo', 'acme'], [hit('x', { facts: [fact] })], telling, unknown);
    const unstated = composeAnswer(['ceo', 'acme'], [hit('x')], telling, unknown);

    expect(stated.sentences).toEqual([{ text: fact.fact, citations: [1] }]);
    expect(unstated.sentences).toEqual([]);
  });

  it('says a fact beside passages only if it adds something to the best of them', () => {
    const hits = [hit('The CEO of ACME signed.', { facts: [fact] })];
    const beside = { ...telling, first: false };

    const said = composeAnswer(['ceo', 'acme', 'signed'], hits, beside, unknown);
    const added = composeAnswer(['ceo', 'acme', 'signed', 'smith'], hits, beside, unknown);

    expect(said.sentences).toEqual([{ text: 'The CEO of ACME signed.', citations: [1] }]);
    expect(added.sentences.map(({ text }) => text)).toEqual(['The CEO of ACME signed.', fact.fact]);
  });

  it('is sure of what speaks of the whole question and is found in more than one way, and of nothing else', () => {
    const twice = { scores: { graph: { rank: 1, score: 1 }, hybrid: { rank: 1, score: 1 } } };

    expect(composeAnswer(['valve'], [hit('The valve.', twice)], nothing, unknown).confidence).toBe(1);
    expect(composeAnswer(['valve', 'yellow'], [hit('The valve.')], nothing, unknown).confidence).toBe(0.5);
    expect(composeAnswer(['yellow'], [hit('The valve.')], nothing, unknown).confidence).toBe(0);
  });

  it('asks on about what is near what was named', () => {
    expect(composeAnswer(['acme'], [], nothing, { entities: [acme], facts: [fact] }).followUps).toEqual([
      'How did what is known of ACME change over time?',
      'What else is known of John Smith?',
    ]);
  });
});
