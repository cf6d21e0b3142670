import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { describeHidden, expandArguments, recordFiles, type Item } from './expand-arguments.js';
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

describe('a folder', () => {
  it('stands for its files; links in it are said, and not followed', async () => {
    await writeFile(join(folder, 'a.md'), 'x');
    await mkdir(join(folder, 'inner'));
    await writeFile(join(folder, 'inner', 'b.md'), 'x');
    await symlink('/etc/hostname', join(folder, 'away.md'));
    await symlink(folder, join(folder, 'inner', 'circle'));
    await symlink(join(folder, 'nothing'), join(folder, 'inner', 'broken'));
    await symlink('/etc/hostname', join(folder, '.hidden'));

    const { items, hidden } = await expandArguments([folder]);

    expect(hidden).toBe(1);
    expect(items.map(({ kind, location, problem }) => [kind, location, problem?.reason])).toEqual([
      ['file', join(folder, 'a.md'), undefined],
      ['skipped', join(folder, 'away.md'), 'symbolic-link'],
      ['file', join(folder, 'inner/b.md'), undefined],
      ['skipped', join(folder, 'inner/broken'), 'symbolic-link'],
      ['skipped', join(folder, 'inner/circle'), 'symbolic-link'],
    ]);
  });

  it('of links and files is told apart by a pattern as well, and a link that is named is followed', async () => {
    await writeFile(join(folder, 'a.md'), 'x');
    await symlink(join(folder, 'a.md'), join(folder, 'b.md'));

    const matched = await expandArguments([`${folder}/*.md`]);

    expect(matched.items.map(({ kind }) => kind)).toEqual(['file', 'skipped']);
    expect((await expandArguments([join(folder, 'b.md')])).items).toMatchObject([{ kind: 'file' }]);
  });

  it('is told of once for each hidden file in it that nobody named', async () => {
    await mkdir(join(folder, '.git'));
    for (const name of ['a.md', '.b.md', '.c.md', '.git/d']) await writeFile(join(folder, name), 'x');

    const { items, hidden } = await expandArguments([folder, `${folder}/`, `${folder}/*`, join(folder, '.b.md')]);

    expect(items.map(({ location }) => location)).toEqual([join(folder, 'a.md'), join(folder, '.b.md')]);
    expect(hidden).toBe(2);
    expect([1, 2].map(describeHidden)).toEqual(['1 hidden file left out', '2 hidden files left out']);
  });

  it('with nothing in it is no folder to ingest, nor is one with nothing but hidden files', async () => {
    await mkdir(join(folder, 'inner'));
    const refused = (message: string) => ({ reason: 'unreadable', message });
    await expect(expandArguments([folder])).rejects.toMatchObject(refused(`no files in ${folder}`));

    await writeFile(join(folder, '.a.md'), 'x');

    const message = `no files in ${folder}, but 1 hidden file left out`;
    await expect(expandArguments([folder])).rejects.toMatchObject(refused(message));
  });
});

describe('files of records', () => {
  it('may be named by patterns', async () => {
    for (const name of ['b.ndjson', 'a.ndjson']) await writeFile(join(folder, name), '{}');

    expect(await recordFiles([`${folder}/*.ndjson`, join(folder, 'a.ndjson')])).toEqual([
      join(folder, 'a.ndjson'),
      join(folder, 'b.ndjson'),
    ]);
    await symlink(join(folder, 'a.ndjson'), join(folder, 'link.csv'));
    await expect(recordFiles([`${folder}/*.json`])).rejects.toMatchObject({ reason: 'unreadable' });
    await expect(recordFiles([`${folder}/*.csv`])).rejects.toMatchObject({ reason: 'unreadable' });
  });
});

describe('a pattern', () => {
  it('stands for the files that match, in name order, hidden ones left out', async () => {
    for (const name of ['b.md', 'a.md', '.c.md', 'd.txt']) await writeFile(join(folder, name), 'x');

    const { items } = await expandArguments([`${folder}/*.md`, join(folder, 'a.md')]);

    expect(items.map(({ location }) => location)).toEqual([join(folder, 'a.md'), join(folder, 'b.md')]);
    await expect(expandArguments([`${folder}/*.pdf`])).rejects.toMatchObject({ reason: 'unreadable' });
  });
});
