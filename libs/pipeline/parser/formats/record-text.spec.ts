import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { Cleaning } from './cleaning.js';
import jsonRecordFormat, { valuesOf } from './json-record.js';
import { ReadLimits } from './read-limits.js';

const limits = new ReadLimits({ inflatedBytesMax: 1_000_000, childrenMax: 1, childDepthMax: 1 } as never);
const hints = { cleaning: new Cleaning(), limits };

describe('the values of a record', () => {
  it('stand in its text where they are said to stand', async () => {
    const record = {
      customer: { name: ' ACME ' },
      '  ': 1,
      notes: ['a\r', '\u0000b\ncustomer.name: Evil', ''],
      total: 1.1,
      none: null,
    };
    const json = JSON.stringify(record).replace('1.1', '1.10');

    const { text, record: kept } = await jsonRecordFormat.parse(Buffer.from(json), hints);
    const values = valuesOf(kept ?? '');

    expect(values.map(({ path }) => path.join('/'))).toEqual(['customer/name', '  ', 'notes/0', 'notes/1', 'total']);
    for (const value of values) expect(text.slice(value.start, value.end)).toBe(value.text);
    expect(values.at(-1)?.text).toBe('1.10');
    expect(kept).toContain('1.10');
  });

  it('do so behind values and names that are not kept, of which the text says nothing either', async () => {
    const json = JSON.stringify({ before: '\u0000', '': ['\u0000'], 'a\u0000': 'first', a: 'last', after: ['Words.'] });

    const { text, record: kept } = await jsonRecordFormat.parse(Buffer.from(json), hints);
    const values = valuesOf(kept ?? '');

    expect(text).toBe('a: last\n\nafter[0]: Words.');
    expect(values.map(({ path, start, end }) => [path.join('/'), text.slice(start, end)])).toEqual([
      ['a', 'last'],
      ['after/0', 'Words.'],
    ]);
  });

  it('do so for any record', async () => {
    const leaf = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constant(null));
    const object = fc.dictionary(fc.string(), fc.oneof(leaf, fc.array(leaf), fc.dictionary(fc.string(), leaf)));

    await fc.assert(
      fc.asyncProperty(object, async (record) => {
        const { text, record: kept } = await jsonRecordFormat.parse(Buffer.from(JSON.stringify(record)), hints);
        for (const value of valuesOf(kept ?? '{}')) expect(text.slice(value.start, value.end)).toBe(value.text);
      }),
      { numRuns: 300 },
    );
  });
});
