import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { FolderStaging } from './folder-staging.js';
import { aRef, stagingContract } from './staging.contract.js';

const limits = { bytesMax: 100, signal: new AbortController().signal };
const ref = aRef();
let folder: string;
let staging: FolderStaging;

stagingContract('a folder', async () => {
  const own = await mkdtemp(join(tmpdir(), 'penstock-staging-'));
  return { staging: new FolderStaging(join(own, 'staging')), close: () => rm(own, { recursive: true }) };
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-staging-'));
  staging = new FolderStaging(join(folder, 'staging'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a folder', () => {
  it('is never left by a link', async () => {
    await staging.put(ref, Readable.from([Buffer.from('x')]), limits);
    const other = aRef();
    await writeFile(join(folder, 'secret'), 'secret');
    await symlink(join(folder, 'secret'), join(folder, 'staging', other));

    await expect(staging.read(other)).rejects.toThrow('ELOOP');
  });

  it('lists unfinished writes and notes, and is empty once they are removed', async () => {
    await staging.put(ref, Readable.from([Buffer.from('hello')]), { ...limits, notes: { title: 'a title' } });
    await writeFile(join(folder, 'staging', `${ref}.${ref}.part`), 'half');
    await writeFile(join(folder, 'staging', 'not ours'), 'kept');
    const listed: string[] = [];
    for await (const entry of staging.list()) listed.push(entry.ref);

    await Promise.all(listed.map((entry) => staging.remove(entry)));

    expect(listed.sort()).toEqual([ref, `${ref}.${ref}.part`, `${ref}.notes`]);
    expect(await readdir(join(folder, 'staging'))).toEqual(['not ours']);
  });

  it('passes over notes that are about other bytes', async () => {
    await staging.put(ref, Readable.from([Buffer.from('hello')]), { ...limits, notes: { etag: '1' } });
    await writeFile(join(folder, 'staging', ref), 'other');

    expect((await staging.stat(ref))?.notes).toEqual({});
  });

  it('that can not be written is no fault of the document', async () => {
    await writeFile(join(folder, 'staging'), 'a file');

    await expect(staging.check()).rejects.toMatchObject({ kind: 'transient', reason: 'staging-unavailable' });
    await expect(staging.put(ref, Readable.from([]), limits)).rejects.toMatchObject({ reason: 'staging-unavailable' });
  });
});
