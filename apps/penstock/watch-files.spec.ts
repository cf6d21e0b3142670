import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { cacheFolderOf, readInstalled } from '#stack';

import { FileWatch, type WatchHandlers } from './watch-files.js';

const nothing = (): Promise<void> => Promise.resolve();
const deaf: WatchHandlers = { onFile: nothing, onRemoved: nothing, onReady: () => undefined, onError: () => undefined };

describe('files that are watched', () => {
  it('and can not be, are told of; the others are watched on', async () => {
    const told = Promise.withResolvers<Error>();
    const watch = new FileWatch({ ...deaf, onError: told.resolve });

    watch.start([{ root: `/${'a'.repeat(300)}` }]);

    expect((await told.promise).message).toContain('ENAMETOOLONG');
    await watch.stop();
  });
});

describe('what nobody tells of', () => {
  let root = '';
  let watch: FileWatch;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'penstock-watch-'));
  });

  afterEach(async () => {
    await watch.stop();
    await rm(root, { recursive: true, force: true });
  });

  /** Watches the folder, once all that is there was read; calls back for each file. */
  async function watching(onFile: (path: string) => void, lookEveryMs?: number): Promise<void> {
    const ready = Promise.withResolvers<void>();
    const hear = (path: string): Promise<void> => Promise.resolve(onFile(path));
    watch = new FileWatch({ ...deaf, onFile: hear, onReady: () => ready.resolve() }, lookEveryMs);
    watch.start([{ root }]);
    await ready.promise;
  }

  it('is found: files and folders that come to a new folder at any moment', async () => {
    const paths = Array.from({ length: 100 }, (_, nth) => join(root, String(nth), 'deep', 'a.txt'));
    const heard = new Set<string>();
    const all = Promise.withResolvers<void>();
    await watching((path) => (heard.add(path).size === paths.length ? all.resolve() : undefined), 2_000);

    for (const [nth, path] of paths.entries()) {
      mkdirSync(dirname(dirname(path)));
      await turnsOfTheLoop(nth % 25);
      mkdirSync(dirname(path));
      await turnsOfTheLoop(nth % 13);
      writeFileSync(path, 'Ada');
    }

    await all.promise;
    expect([...heard].sort()).toEqual([...paths].sort());
  }, 60_000);

  it('is found: a change that the system does not tell', async () => {
    const path = join(root, 'a.txt');
    writeFileSync(path, 'Ada');
    let times = 0;
    const changed = Promise.withResolvers<void>();
    await watching(() => ((times += 1) === 2 ? changed.resolve() : undefined), 100);
    // What is written by way of memory is told to no watcher.
    const program =
      'import mmap, sys\nf = open(sys.argv[1], "r+")\nm = mmap.mmap(f.fileno(), 0)\nm[0:3] = b"Eve"\nm.flush()';

    await promisify(execFile)(readInstalled(cacheFolderOf(process.env)).python, ['-c', program, path]);

    await changed.promise;
    await turnsOfTheLoop(25);
    expect(times).toBe(2);
  }, 60_000);
});

async function turnsOfTheLoop(count: number): Promise<void> {
  for (let turns = count; turns > 0; turns -= 1) await new Promise((resolve) => setImmediate(resolve));
}
