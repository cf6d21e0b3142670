import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { isOutside, isWanted, watchedPath } from './watched-paths.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-watched-'));
  await mkdir(join(folder, 'notes'));
  await writeFile(join(folder, 'notes', 'a[1].md'), 'x');
});
afterEach(() => rm(folder, { recursive: true }));

describe('what is watched', () => {
  it('is a folder or a file as it is named, also where its name looks like a pattern', async () => {
    expect(await watchedPath(folder)).toEqual({ root: folder });
    expect(await watchedPath(`${folder}/notes/a[1].md`)).toEqual({ root: `${folder}/notes/a[1].md` });
  });

  it.each([
    ['*.md', ''],
    ['notes/*.md', '/notes'],
    ['./notes/**/*.{md,txt}', '/notes'],
    ['n*/a.md', ''],
  ])('of the pattern %s is the folder before what varies, whether anything matches or not', async (pattern, root) => {
    expect(await watchedPath(`${folder}/${pattern}`)).toEqual({
      root: `${folder}${root}`,
      pattern: join(folder, pattern),
    });
  });

  it('of a pattern without a folder is this one', async () => {
    expect(await watchedPath('*.nothing-like-it')).toEqual({ root: '.', pattern: '*.nothing-like-it' });
  });

  it('is nothing on the web, nothing that is not there, and no link to a folder', async () => {
    await symlink(join(folder, 'notes'), join(folder, 'link'));
    await expect(watchedPath('https://example.com/*.md')).rejects.toMatchObject({ reason: 'bad-request' });
    await expect(watchedPath(`${folder}/nothing`)).rejects.toMatchObject({ reason: 'unreadable' });
    await expect(watchedPath(`${folder}/nothing/*.md`)).rejects.toMatchObject({ reason: 'unreadable' });
    await expect(watchedPath(`${folder}/link`)).rejects.toMatchObject({ reason: 'symbolic-link' });
  });
});

describe('a file that is heard of', () => {
  const all = [{ root: '/w' }];
  const some = [{ root: '/w', pattern: '/w/**/*.md' }];
  const here = [{ root: '.', pattern: 'notes/*.md' }];
  const hidden = [{ root: '/w', pattern: '/w/.notes/*.md' }];

  it.each([
    [all, '/w/a.txt', true],
    [all, '/w/b/a.txt', true],
    [all, '/w/.git/a.txt', false],
    [all, '/x/a.txt', false],
    [some, '/w/a.md', true],
    [some, '/w/b/c/a.md', true],
    [some, '/w/a.txt', false],
    [some, '/w/.git/a.md', false],
    [here, 'notes/a.md', true],
    [here, './notes/a.md', true],
    [here, 'a.md', false],
    [hidden, '/w/.notes/a.md', true],
    [hidden, '/w/a.md', false],
    [[...some, { root: '/w/sub' }], '/w/sub/a.txt', true],
  ])('of %j: is %s wanted? %s', (watched, path, wanted) => {
    expect(isWanted(path, watched)).toBe(wanted);
    if (wanted) expect(isOutside(path, watched)).toBe(false);
  });

  it('is not looked for in hidden folders that nobody named', () => {
    expect([all, some].map((watched) => isOutside('/w/.git', watched))).toEqual([true, true]);
    expect(isOutside('/w/.notes', hidden)).toBe(false);
    expect(isOutside('/w', all)).toBe(false);
  });
});
