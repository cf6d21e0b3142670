import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import avro from 'avsc';

import { eventNames } from './generated/events.js';

const history = new URL('./history/', import.meta.url);
const current = new URL('../../avro/', import.meta.url);

function read(url: URL): avro.Type {
  return avro.Type.forSchema(JSON.parse(readFileSync(url, 'utf8')) as avro.Schema);
}

function versionsOf(name: string): URL[] {
  const folder = new URL(`${name}/`, history);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.avsc'))
    .map((file) => new URL(file, folder));
}

describe.each(eventNames)('the schema %s', (name) => {
  const now = read(new URL(`${name}.avsc`, current));

  it('is kept in the history as it stands', () => {
    const newest = readFileSync(new URL(`${name}/${versionsOf(name).length}.avsc`, history), 'utf8');

    expect(JSON.parse(newest)).toEqual(JSON.parse(readFileSync(new URL(`${name}.avsc`, current), 'utf8')));
  });

  it('reads every version before it, and is read by every one (FULL_TRANSITIVE)', () => {
    for (const url of versionsOf(name)) {
      const then = read(url);

      expect(() => now.createResolver(then)).not.toThrow();
      expect(() => then.createResolver(now)).not.toThrow();
    }
  });

  it('decodes the golden message of every version', () => {
    for (const url of versionsOf(name)) {
      const golden = readFileSync(new URL(url.href.replace(/avsc$/, 'hex')), 'utf8').trim();
      const then = read(url);

      const message: unknown = now.fromBuffer(Buffer.from(golden, 'hex'), now.createResolver(then));

      expect(now.isValid(message)).toBe(true);
    }
  });

  it('has a doc on the record and on each field', () => {
    const schema = JSON.parse(readFileSync(new URL(`${name}.avsc`, current), 'utf8')) as {
      doc?: string;
      fields: { name: string; doc?: string }[];
    };

    expect(schema.doc).toBeDefined();
    expect(schema.fields.filter(({ doc }) => doc === undefined)).toEqual([]);
  });
});
