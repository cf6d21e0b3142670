import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { expandArguments, type Item } from './expand-arguments.js';
import { readRecords, type RecordOptions } from './read-records.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-records-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function records(text: string, options: Partial<RecordOptions> = {}): Promise<Item[]> {
  const path = join(folder, 'a.ndjson');
  await writeFile(path, text);
  const items: Item[] = [];
  for await (const item of readRecords([path], { idField: undefined, type: undefined, ...options })) items.push(item);
  return items;
}

describe('the records of a file', () => {
  it('are its lines as they are written, called by their number', async () => {
    const items = await records('{"n": 12345678901234567890}\r\n\n{"b": 1}');

    expect(items.map(({ documentId, json }) => [documentId, json])).toEqual([
      [`${folder}/a.ndjson#1`, '{"n": 12345678901234567890}'],
      [`${folder}/a.ndjson#3`, '{"b": 1}'],
    ]);
  });

  it('are called by a field of theirs, and have a type', async () => {
    const items = await records('{"order": {"id": 17}}\n{"order": {"id": "b"}}', {
      idField: 'order.id',
      type: 'order',
    });

    expect(items.map(({ documentId, type }) => [documentId, type])).toEqual([
      ['17', 'order'],
      ['b', 'order'],
    ]);
  });

  it('keep every digit of a number that names them', async () => {
    const items = await records('{"id": 12345678901234567890}\n{"id": 12345678901234567891}\n{"id": 1.5}', {
      idField: 'id',
    });

    expect(items.map(({ documentId }) => documentId)).toEqual(['12345678901234567890', '12345678901234567891', '1.5']);
  });

  it('may stand behind a byte order mark', async () => {
    const [item] = await records('\ufeff{"id": "a"}', { idField: 'id' });

    expect(item).toMatchObject({ documentId: 'a', json: '{"id": "a"}' });
    expect(item?.problem).toBeUndefined();
  });

  it.each([
    ['no JSON', '{', 'bad-json'],
    ['no object', '[1]', 'bad-json'],
    ['without the field', '{"order": 1}', 'bad-record'],
    ['with a field that is no name', '{"order": {"id": {}}}', 'bad-record'],
    ['with an inherited field only', '{}', 'bad-record', 'constructor.name'],
  ])('that are %s have a problem', async (_what, line, reason, idField = 'order.id') => {
    expect((await records(line, { idField }))[0]?.problem).toMatchObject({ kind: 'permanent', reason });
  });

  it('of a file that is not there can not be read', async () => {
    const items = readRecords([join(folder, 'none')], { idField: undefined, type: undefined });

    await expect(items.next()).rejects.toMatchObject({ reason: 'unreadable' });
  });

  it('of a folder can not be read', async () => {
    const items = readRecords([folder], { idField: undefined, type: undefined });

    await expect(items.next()).rejects.toMatchObject({ reason: 'unreadable' });
  });
});

describe('a pattern', () => {
  it('stands for the files that match, in name order, hidden ones left out', async () => {
    for (const name of ['b.md', 'a.md', '.c.md', 'd.txt']) await writeFile(join(folder, name), 'x');

    const items = await expandArguments([`${folder}/*.md`, join(folder, 'a.md')]);

    expect(items.map(({ location }) => location)).toEqual([join(folder, 'a.md'), join(folder, 'b.md')]);
    await expect(expandArguments([`${folder}/*.pdf`])).rejects.toMatchObject({ reason: 'unreadable' });
  });
});
