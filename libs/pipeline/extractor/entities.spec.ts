import { describe, expect, it } from '@jest/globals';

import { entityUuid, type Chunk } from '#events';
import type { Extraction } from '#models';

import { partEntities, type PartEntities } from './entities.js';

const namespace = 'default';

/** A part whose chunks hold these texts; `[Person|J. Smith]` marks a name that was found. */
function partOf(...marked: string[]): PartEntities {
  const chunks: Chunk[] = [];
  const found: Extraction[] = [];
  marked.forEach((source, seq) => {
    let text = '';
    const entities: { name: string; type: string; start: number; end: number }[] = [];
    for (const piece of source.split(/(\[[^\]]+\])/)) {
      const [, type, name] = /^\[(\w+)\|(.+)\]$/.exec(piece) ?? [];
      if (type && name) entities.push({ type, name, start: text.length, end: text.length + name.length });
      text += name ?? piece;
    }
    const place = { chunkId: String(seq), seq, startOffset: 0, endOffset: text.length, headingPath: [], origin: null };
    chunks.push({ ...place, text, tokenCount: 1 });
    found.push({ entities, facts: [], usage: { promptTokens: 0, completionTokens: 0 } });
  });
  return partEntities(namespace, chunks, found);
}

const names = ({ entities }: PartEntities): string[] => entities.map(({ name }) => name);

describe('names of one thing in a part', () => {
  it.each([
    [['[Organization|ACME Corp.] grew.', '[Organization|Acme Corporation] fell.'], ['ACME Corporation']],
    [['[Organization|Globex, Inc.] and [Organization|Globex Incorporated]'], ['Globex Inc.']],
    [['[Organization|Café Olé Ltd] and [Organization|CAFE OLE Limited]'], ['Café Olé Ltd.']],
    [['[Person|J. Smith], CEO.', '[Person|John Smith] spoke. [Person|Smith] left.'], ['John Smith']],
    [['[Person|J. Smith, CEO], met [Person|John Smith, PhD].', '[Person|John Smith] left.'], ['John Smith']],
    [['[Location|Saint-Denis] and [Location|Saint Denis]'], ['Saint-Denis']],
  ])('are one entity: %j', (texts, expected) => {
    const part = partOf(...texts);

    expect(names(part)).toEqual(expected);
    expect(part.mentions).toHaveLength(texts.join('').split('|').length - 1);
    for (const { entityUuid: uuid } of part.mentions) expect(uuid).toBe(part.entities[0]?.uuid);
  });

  it.each([
    [['[Person|J. Smith] met [Person|John Smith] and [Person|Jane Smith].']],
    [['[Organization|Bolt Inc.] sued [Organization|Bolt Ltd.].']],
    [['[Money|$5.2M] of [Money|$52M]']],
    [['[Person|Paris] in [Location|Paris]']],
    [['[Organization|Works Help Office] (HQ) and [Organization|HQ]']],
    [['[Organization|World Health Organization], then (WHO) and [Organization|WHO]']],
    [['[Organization|WHO] and [Organization|World Health Organization]']],
    [['[Organization|Warm House Office] in Bonn (WHO), [Organization|WHO]']],
    [['[Product|C++] and [Product|C]']],
  ])('stay apart in doubt: %j', (texts) => {
    const part = partOf(...texts);

    expect(part.entities).toHaveLength(part.mentions.length);
  });

  it.each([
    [
      ['The [Organization|World Health Organization] (WHO) met.', '[Organization|WHO] said'],
      ['World Health Organization', 'WHO', '0:31'],
    ],
    [
      ['“[Organization|World Health Organization] (WHO) met”', '[Organization|WHO] said'],
      ['World Health Organization', 'WHO', '0:28'],
    ],
    [
      [
        'It grew.',
        '[Organization|International Business Machines Corp.] ([Organization|IBM]).',
        '[Organization|IBM] paid.',
      ],
      ['International Business Machines Corporation', 'IBM', '1:39'],
    ],
    [
      ['[Organization|WHO] (World Health Organization) met.', '[Organization|World Health Organization] said'],
      ['World Health Organization', 'WHO', '0:0'],
    ],
  ])(
    'are one entity where the part defines an acronym, which keeps one place for other parts: %j',
    (texts, expected) => {
      const part = partOf(...texts);
      const [long, acronym] = part.entities;
      const places = (uuid: string | undefined): string[] =>
        part.mentions.filter((one) => one.entityUuid === uuid).map(({ seq, startOffset }) => `${seq}:${startOffset}`);

      expect([...names(part), ...places(acronym?.uuid)]).toEqual(expected);
      expect(places(long?.uuid).length).toBeGreaterThan(0);
      expect(acronym).toMatchObject({ type: 'Organization', summary: '' });
      expect(part.acronyms).toEqual([{ uuid: acronym?.uuid, longs: [long?.uuid], isDefined: true }]);
      expect(part.find({ type: 'Organization', name: acronym?.name ?? '' })).toBe(long);
    },
  );

  it('are the long one at its only place, though that is the acronym', () => {
    const text = 'World Health Organization (WHO)';
    const name = { name: 'World Health Organization', type: 'Organization', start: 27, end: 30 };
    const found = { entities: [name], facts: [], usage: { promptTokens: 0, completionTokens: 0 } };

    const { entities, mentions } = partEntities(namespace, [{ seq: 0, text }], [found]);

    expect(mentions.map(({ entityUuid: uuid }) => uuid)).toEqual(entities.map(({ uuid }) => uuid));
  });

  it('may be what an acronym means that the part leaves open', () => {
    const part = partOf('[Organization|WHO] and [Organization|World Health Organization] in [Organization|Wien]');
    const [acronym, long] = part.entities;

    expect(part.acronyms).toEqual([{ uuid: acronym?.uuid, longs: [long?.uuid], isDefined: false }]);
    expect(partOf('[Location|US] and [Organization|WHO] with [Organization|Globex Ltd.]').acronyms).toEqual([]);
  });

  it('have the uuid of the canonical name, in whatever document', () => {
    const [one, other] = [partOf('[Organization|ACME Corp]'), partOf('x [Organization|ACME Corporation] y')];

    const uuid = entityUuid(namespace, 'Organization', 'ACME Corporation');
    expect([one.entities[0]?.uuid, other.entities[0]?.uuid]).toEqual([uuid, uuid]);
  });

  it('of people have it whatever follows the name, and plain ones that of all their words', () => {
    const uuidOf = (name: string): string | undefined => partOf(`x [Person|${name}] y`).entities[0]?.uuid;

    for (const plain of ['John Smith', 'J. Smith', 'Smith, John']) {
      expect(uuidOf(plain)).toBe(entityUuid(namespace, 'Person', plain));
    }
    expect(uuidOf('J. Smith, CEO')).toBe(uuidOf('J. Smith'));
  });

  it('are found by facts under each of their spellings', () => {
    const part = partOf('[Person|John Smith] of [Organization|ACME Corp.]. [Person|Smith] left [Organization|ACME].');

    expect(part.find({ type: 'Person', name: 'Smith' })?.name).toBe('John Smith');
    expect(part.find({ type: 'Person', name: 'John Smith, CEO' })?.name).toBe('John Smith');
    expect(part.find({ type: 'Organization', name: 'ACME Corporation' })?.name).toBe('ACME Corporation');
    expect(part.find({ type: 'Organization', name: 'ACME' })?.name).toBe('ACME');
    expect(part.find({ type: 'Person', name: 'Nobody' })).toBeUndefined();
  });

  it('are said to be what the sentence says that names them first, but for amounts and dates', () => {
    const text = 'Rain fell. [Person|John Smith] leads it since [Date|May 2026]. [Person|Smith] is tall.';

    expect(partOf(text).entities.map(({ name, summary }) => [name, summary])).toEqual([
      ['John Smith', 'John Smith leads it since May 2026.'],
      ['May 2026', ''],
    ]);
  });
});
