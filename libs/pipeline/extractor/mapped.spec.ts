import { describe, expect, it } from '@jest/globals';

import { chunkId, type Chunk } from '#events';

import { partEntities } from './entities.js';
import { partFacts } from './facts.js';
import { mappedExtractions } from './mapped.js';

const text = 'customer.name: ACME Corporation\n\ncontacts[0].name: Jane Doe\ncontacts[1].name: John Smith';

function aChunk(seq: number, startOffset: number, endOffset: number): Chunk {
  const id = chunkId('01977f42-0000-7000-8000-000000000001', seq);
  const more = { tokenCount: 1, headingPath: [], origin: null };
  return { chunkId: id, seq, text: text.slice(startOffset, endOffset), startOffset, endOffset, ...more };
}

function spanOf(words: string): { startOffset: number; endOffset: number } {
  const startOffset = text.indexOf(words);
  return { startOffset, endOffset: startOffset + words.length };
}

const mapped = {
  entities: [
    { type: 'Organization', ...spanOf('ACME Corporation') },
    { type: 'Person', ...spanOf('Jane Doe') },
    { type: 'Person', ...spanOf('John Smith') },
  ],
  facts: [{ source: 1, relation: 'WORKS_FOR', target: 0, fact: 'Jane Doe works for ACME Corporation' }],
};

describe('what the fields of a record stand for', () => {
  it('has the words of the chunk as evidence, and costs nothing', () => {
    const chunks = [aChunk(0, 0, text.length)];

    const found = mappedExtractions(chunks, mapped);
    const entities = partEntities('default', chunks, found);
    const { facts, dropped } = partFacts('default', chunks, found, entities);

    expect(entities.entities.map(({ name, type }) => [name, type])).toEqual([
      ['ACME Corporation', 'Organization'],
      ['Jane Doe', 'Person'],
      ['John Smith', 'Person'],
    ]);
    expect(entities.mentions.map(({ evidence }) => evidence)).toEqual(['ACME Corporation', 'Jane Doe', 'John Smith']);
    expect(facts).toMatchObject([
      { relation: 'WORKS_FOR', evidence: 'customer.name: ACME Corporation\n\ncontacts[0].name: Jane Doe' },
    ]);
    expect([dropped, found[0]?.usage]).toEqual([0, { promptTokens: 0, completionTokens: 0 }]);
  });

  it('is found in each chunk that holds it, and relates what stands in two', () => {
    const cut = text.indexOf('contacts[0]');
    const again = text.indexOf('contacts[1]');
    const chunks = [aChunk(0, 0, cut - 2), aChunk(1, cut, text.length), aChunk(2, again, text.length)];

    const found = mappedExtractions(chunks, mapped);
    const entities = partEntities('default', chunks, found);
    const { facts } = partFacts('default', chunks, found, entities);

    expect(entities.mentions.map(({ seq, evidence }) => [seq, evidence])).toEqual([
      [0, 'ACME Corporation'],
      [1, 'Jane Doe'],
      [1, 'John Smith'],
      [2, 'John Smith'],
    ]);
    expect(facts).toMatchObject([{ seq: 1, evidence: 'contacts[0].name: Jane Doe' }]);
  });

  it('is one thing with what a text says of it under another spelling', () => {
    const record = 'customer.name: ACME Corp.';
    const sentence = 'ACME, Corporation builds rockets.';
    const field = { type: 'Organization', startOffset: record.indexOf('ACME'), endOffset: record.length };
    const said = { name: 'ACME, Corporation', type: 'Organization', start: 0, end: 'ACME, Corporation'.length };
    const usage = { promptTokens: 1, completionTokens: 1 };
    const whole = (words: string): Chunk[] => [{ ...aChunk(0, 0, words.length), text: words }];

    const mappedOne = mappedExtractions(whole(record), { entities: [field], facts: [] });
    const fromRecord = partEntities('default', whole(record), mappedOne);
    const fromText = partEntities('default', whole(sentence), [{ entities: [said], facts: [], usage }]);

    expect(fromRecord.entities).toMatchObject([{ name: 'ACME Corporation', type: 'Organization', summary: record }]);
    expect(fromText.entities).toEqual([{ ...fromRecord.entities[0], summary: sentence }]);
    expect(fromRecord.mentions).toMatchObject([{ evidence: 'ACME Corp.' }]);
  });
});
