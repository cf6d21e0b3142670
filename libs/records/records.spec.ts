import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { mapRecord, RecordTypes } from './index.js';
import type { RecordValue } from './index.js';

const order = {
  schema: {
    type: 'object',
    required: ['customer'],
    additionalProperties: false,
    properties: {
      customer: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
      contacts: { type: 'array', items: { type: 'object', properties: { mail: { type: 'string', format: 'email' } } } },
    },
  },
  entities: [
    { field: 'customer.name', type: 'Organization' },
    { field: 'contacts[].name', type: 'Person' },
    { field: 'contacts[].city', type: 'Location' },
  ],
  relations: [
    { source: 'contacts[].name', relation: 'WORKS_FOR', target: 'customer.name', fact: '{source} works for {target}' },
    { source: 'contacts[].name', relation: 'LIVES_IN', target: 'contacts[].city' },
  ],
};
const types = new RecordTypes({ order: JSON.stringify(order) });
const asOrder = { record_type: 'order' };

function value(path: readonly (string | number)[], text: string, start: number): RecordValue {
  return { path, text, start, end: start + text.length };
}

describe('a record of a type', () => {
  it.each<[string, unknown]>([
    ['is as the type says', { customer: { name: 'ACME' }, contacts: [{ mail: 'a@b.example' }] }],
  ])('that %s is taken', (_what, record) => {
    expect(() => types.check(asOrder, record)).not.toThrow();
  });

  it.each<[string, unknown, string]>([
    ['lacks a field', {}, "the record is no valid order: / must have required property 'customer'"],
    [
      'has another type in a field',
      { customer: { name: 17 } },
      'the record is no valid order: /customer/name must be string',
    ],
    [
      'has a field too many',
      { customer: { name: 'A' }, x: 1 },
      'the record is no valid order: / must NOT have additional properties (x)',
    ],
    [
      'has a wrong format deep inside',
      { customer: { name: 'A' }, contacts: [{}, { mail: 'secret words' }] },
      'the record is no valid order: /contacts/1/mail must match format "email"',
    ],
  ])('that %s is refused with the way to it, and without what stands there', (_what, record, message) => {
    expect(() => types.check(asOrder, record)).toThrow(expect.objectContaining({ reason: 'invalid-record', message }));
  });

  it('of a type nobody knows, or of none, may look as it likes', () => {
    expect(() => types.check({ record_type: 'other' }, { a: 1 })).not.toThrow();
    expect(() => types.check({}, { a: 1 })).not.toThrow();
    expect(types.mappingOf({ record_type: 'other' })).toBeUndefined();
    expect(types.digestOf({})).toBe('');
  });

  it('says by a digest when its type says something else', () => {
    const changed = new RecordTypes({ order: JSON.stringify({ ...order, relations: [] }) });

    expect(types.digestOf(asOrder)).toMatch(/^[0-9a-f]{64}$/u);
    expect(changed.digestOf(asOrder)).not.toBe(types.digestOf(asOrder));
  });
});

describe('the mapping of a record', () => {
  const mapping = types.mappingOf(asOrder);
  const values = [
    value(['customer', 'name'], 'ACME Corporation', 15),
    value(['contacts', 0, 'name'], 'Jane Doe', 50),
    value(['contacts', 0, 'city'], 'Stuttgart', 70),
    value(['contacts', 1, 'name'], 'John Smith', 90),
    value(['contacts', 1, 'city'], 'Ulm', 110),
    value(['note'], 'ACME Corporation', 130),
  ];

  it('finds entities where they stand, and relates those of one place of a list', () => {
    if (mapping === undefined) throw new Error('the type maps fields');

    const { entities, facts } = mapRecord(values, mapping);

    expect(entities).toEqual([
      { type: 'Organization', start: 15, end: 31 },
      { type: 'Person', start: 50, end: 58 },
      { type: 'Location', start: 70, end: 79 },
      { type: 'Person', start: 90, end: 100 },
      { type: 'Location', start: 110, end: 113 },
    ]);
    expect(facts.map(({ fact }) => fact)).toEqual([
      'Jane Doe works for ACME Corporation',
      'John Smith works for ACME Corporation',
      'Jane Doe lives in Stuttgart',
      'John Smith lives in Ulm',
    ]);
    expect(facts[0]).toMatchObject({ source: 1, relation: 'WORKS_FOR', target: 0 });
  });

  it('takes no texts, blanks or paragraphs for names', () => {
    if (mapping === undefined) throw new Error('the type maps fields');
    const odd = ['x'.repeat(257), '  ', 'two\nlines'].map((text) => value(['customer', 'name'], text, 0));

    expect(mapRecord(odd, mapping)).toEqual({ entities: [], facts: [] });
  });

  it('has a bound, however long the lists are', () => {
    if (mapping === undefined) throw new Error('the type maps fields');
    const many = [
      values[0],
      ...Array.from({ length: 3_000 }, (_, at) => value(['contacts', at, 'name'], `N${at}`, at)),
    ];

    expect(
      mapRecord(
        many.filter((one) => one !== undefined),
        mapping,
      ).facts,
    ).toHaveLength(1_000);
  });
});

describe('a file of a record type', () => {
  it.each<[string, unknown, RegExp]>([
    ['is no JSON', '{', /record type order: .*JSON/u],
    ['is no object', [], /must be object/u],
    ['has a word nobody knows', { entity: [] }, /additional properties \(entity\)/u],
    ['has a schema that is none', { schema: { type: 'strange' } }, /type/u],
    ['misspells a keyword of a schema', { schema: { requird: [] } }, /requird/u],
    ['refers to a schema elsewhere', { schema: { $ref: 'https://example.com/x.json' } }, /reference/u],
    ['names an entity in lower case', { entities: [{ field: 'a', type: 'person' }] }, /entities\/0\/type/u],
    ['names a field that is no way', { entities: [{ field: 'a..b', type: 'Person' }] }, /no way to a field/u],
    [
      'relates what it does not map',
      { entities: [{ field: 'a', type: 'Person' }], relations: [{ source: 'a', relation: 'KNOWS', target: 'b' }] },
      /b is not among the fields/u,
    ],
    ['relates without entities', { relations: [] }, /entities/u],
  ])('that %s is refused when it is read', (_what, file, message) => {
    const json = typeof file === 'string' ? file : JSON.stringify(file);

    expect(() => new RecordTypes({ order: json })).toThrow(
      expect.objectContaining({ reason: 'bad-record-type', message: expect.stringMatching(message) }),
    );
  });

  it('is called as its type, in a folder that must be there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'penstock-types-'));
    writeFileSync(join(folder, 'order.json'), JSON.stringify(order));
    writeFileSync(join(folder, 'README.md'), 'Not a type.');

    expect(RecordTypes.read(folder).mappingOf(asOrder)).toBeDefined();
    expect(RecordTypes.read(undefined).mappingOf(asOrder)).toBeUndefined();
    writeFileSync(join(folder, 'Bad Name.json'), '{}');
    expect(() => RecordTypes.read(folder)).toThrow(expect.objectContaining({ reason: 'bad-record-type' }));
    rmSync(folder, { recursive: true });
    expect(() => RecordTypes.read(folder)).toThrow(expect.objectContaining({ reason: 'bad-record-type' }));
  });
});
