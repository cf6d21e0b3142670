import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';

import { FolderStaging } from './folder-staging.js';

const ref = '01900000-0000-7000-8000-000000000001';
const limits = { bytesMax: 100, signal: new AbortController().signal };
let folder: string;
let staging: FolderStaging;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-staging-'));
  staging = new FolderStaging(join(folder, 'staging'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('staging in a folder', () => {
  it('keeps what it was given and says what it is', async () => {
    const put = await staging.put(ref, Readable.from([Buffer.from('hello')]), limits);

    expect(put).toEqual(await staging.stat(ref));
    expect(put).toMatchObject({ ref, sizeBytes: 5, head: Buffer.from('hello') });
    expect(put.sha256).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    expect(await text(await staging.read(ref))).toBe('hello');
  });

  it('keeps the first bytes when it is given others under the same reference', async () => {
    await staging.put(ref, Readable.from([Buffer.from('first')]), limits);
    await staging.put(ref, Readable.from([Buffer.from('second')]), limits);

    expect(await text(await staging.read(ref))).toBe('first');
  });

  it('leaves nothing of a stream that is too large or breaks', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new TransientFailure('gone', { reason: 'gone' }));
      },
    });

    await expect(staging.put(ref, Readable.from([Buffer.alloc(101)]), limits)).rejects.toMatchObject({
      reason: 'too-large',
    });
    await expect(staging.put(ref, broken, limits)).rejects.toMatchObject({ kind: 'transient', reason: 'gone' });

    expect(await readdir(join(folder, 'staging'))).toEqual([]);
    expect(await staging.stat(ref)).toBeUndefined();
  });

  it.each([
    ['../outside'],
    ['/etc/passwd'],
    [`${ref}/..`],
    ['..'],
    [''],
    [`${ref}\0`],
    [ref.toUpperCase().replace('9', 'F')],
  ])('refuses the reference %j', async (bad) => {
    await expect(staging.read(bad)).rejects.toMatchObject({ reason: 'bad-staging-reference' });
    await expect(staging.remove(bad)).rejects.toMatchObject({ reason: 'bad-staging-reference' });
  });

  it('never follows a link', async () => {
    await staging.put(ref, Readable.from([Buffer.from('x')]), limits);
    const other = ref.replace(/1$/u, '2');
    await writeFile(join(folder, 'secret'), 'secret');
    await symlink(join(folder, 'secret'), join(folder, 'staging', other));

    await expect(staging.read(other)).rejects.toThrow('ELOOP');
  });

  it('lists what lies there, unfinished writes included, and removes it', async () => {
    await staging.put(ref, Readable.from([Buffer.from('hello')]), limits);
    await writeFile(join(folder, 'staging', `${ref}.${ref}.part`), 'half');
    const listed: string[] = [];
    for await (const entry of staging.list()) listed.push(entry.ref);

    await Promise.all(listed.map((entry) => staging.remove(entry)));

    expect(listed.sort()).toEqual([ref, `${ref}.${ref}.part`]);
    expect(await readdir(join(folder, 'staging'))).toEqual([]);
    await expect(staging.read(ref)).rejects.toMatchObject({ reason: 'unreadable' });
  });
});
