import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';

import { afterEach, describe, expect, it } from '@jest/globals';

import type { ParsePool } from '#pipeline/parser';

import { isRunning, readersOf, residentBytesOf } from './processes.js';
import { aParsePool, readFileIn, type SomeFile } from './read-here.js';

const mib = 1024 ** 2;
const pools: ParsePool[] = [];

function aPool(options: Parameters<typeof aParsePool>[0] = {}): ParsePool {
  const pool = aParsePool(options);
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  for (const pool of pools.splice(0)) pool.close();
  await until('all readers to end', () => readersOf(process.pid).every(({ pid }) => !isRunning(pid)));
});

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !isSo(); await wait(20)) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
  }
}

/** Takes minutes to cut into passages. */
const slow: SomeFile = {
  name: 'slow.txt',
  bytes: Buffer.from('Marta winds the gauge of the brick tank. '.repeat(1_500_000)),
};
const normal: SomeFile = { name: 'normal.csv', bytes: Buffer.from(`name,of\n${'Marta,Lindenau\n'.repeat(8_000)}`) };
/** A reader is caught in the slow document once it holds it. */
const isCaught = (pid: number): boolean => residentBytesOf(pid) > 150 * mib;
const small: SomeFile = { name: 'small.rtf', bytes: Buffer.from('{\\rtf1 A small letter.\\par}') };

const samples = new URL('samples/', import.meta.url);

describe('a document of any format, however small', () => {
  it.each(readdirSync(samples))('is read within the limits of a process that can be killed: %s', async (name) => {
    const pool = aPool({ timeoutMs: 1 });

    const read = readFileIn(pool, { name, bytes: readFileSync(new URL(name, samples)) });

    await expect(read).rejects.toMatchObject({ kind: 'permanent', reason: 'timeout' });
  });

  it('leaves whoever asked for it free to do other work', async () => {
    const pool = aPool({ processes: 2 });
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 5);

    const bytes = Buffer.from('Marta winds the gauge of the brick tank. '.repeat(25_000));
    const { passages } = await readFileIn(pool, { name: 'long.txt', bytes });
    clearInterval(timer);

    expect(passages.length).toBeGreaterThan(100);
    expect(turns).toBeGreaterThan(5);
  });

  it('is known to leave memory behind, so that a process that grew makes room for another', async () => {
    const pool = aPool({ memoryBytesMax: 160 * mib });
    await readFileIn(pool, small);
    const [first] = readersOf(process.pid);

    await readFileIn(pool, small);

    expect(pool.residentBytesSeen).toBeGreaterThan(80 * mib);
    await until('the first process to end', () => !isRunning(first?.pid ?? 0));
  });
});

describe('a document that takes too long', () => {
  it('fails as a timeout, its process is killed, and the next one finds another', async () => {
    const pool = aPool({ timeoutMs: 3_000 });
    await readFileIn(pool, small);
    const [before] = readersOf(process.pid);

    await expect(readFileIn(pool, slow)).rejects.toMatchObject({
      ...{ kind: 'permanent', reason: 'timeout', message: 'the document was not read within 3 s' },
    });

    await until('its process to end', () => !isRunning(before?.pid ?? 0));
    expect((await readFileIn(pool, small)).passages[0]?.text).toBe('A small letter.');
    expect(readersOf(process.pid).map(({ pid }) => pid)).not.toContain(before?.pid);
  });

  it('does not keep its neighbours from being read', async () => {
    const pool = aPool({ processes: 2, timeoutMs: 6_000 });

    const stuck = readFileIn(pool, slow).catch((error: { reason: string }) => error.reason);
    const neighbours = await Promise.all(Array.from({ length: 6 }, () => readFileIn(pool, normal)));

    expect(new Set(neighbours.map(({ passages }) => passages.length)).size).toBe(1);
    expect(await stuck).toBe('timeout');
  });

  it('is killed when the work is called off, and so is what waits', async () => {
    const pool = aPool();
    await readFileIn(pool, small);
    const [before] = readersOf(process.pid);
    const work = new AbortController();

    const read = (file: SomeFile): Promise<unknown> =>
      readFileIn(pool, file, { signal: work.signal }).catch((error: unknown) => error);
    const reads = [read(slow)];
    await until('it to be read', () => isCaught(before?.pid ?? 0));
    reads.push(read(small));
    work.abort();

    for (const end of reads) expect(await end).toMatchObject({ kind: 'transient', reason: 'aborted' });
    await until('its process to end', () => !isRunning(before?.pid ?? 0));
  });
});

describe('a document that takes too much memory', () => {
  it('fails as out of memory below the limit, its process is killed, and the next one is read', async () => {
    const memoryBytesMax = 256 * mib;
    const pool = aPool({ memoryBytesMax });

    await expect(readFileIn(pool, slow)).rejects.toMatchObject({ kind: 'permanent', reason: 'out-of-memory' });

    expect(pool.residentBytesSeen).toBeLessThan(memoryBytesMax);
    expect((await readFileIn(pool, small)).passages).toHaveLength(1);
  });
});

describe('a line of 100 MB', () => {
  it.each([
    ['of words', 'Marta winds the gauge of the brick tank by hand '],
    ['of one letter', 'a'],
  ])('%s ends with a reason, within its limits, and the next document is read', async (_what, piece) => {
    const memoryBytesMax = 512 * mib;
    const pool = aPool({ timeoutMs: 15_000, memoryBytesMax });
    const bytes = Buffer.alloc(100 * mib, piece);

    const came = await readFileIn(pool, { name: 'a.txt', bytes }).catch((error: { reason: string }) => error.reason);

    expect(['timeout', 'out-of-memory', 'too-large']).toContain(came);
    expect(pool.residentBytesSeen).toBeLessThan(memoryBytesMax);
    expect((await readFileIn(pool, small)).passages).toHaveLength(1);
  });
});

describe('a process that dies', () => {
  it('once is the machine’s fault: the document is read again', async () => {
    const pool = aPool();
    await readFileIn(pool, small);
    const [reader] = readersOf(process.pid);

    const read = readFileIn(pool, normal);
    process.kill(reader?.pid ?? 0, 'SIGKILL');

    expect((await read).passages.length).toBeGreaterThan(1);
  });

  it('twice is the document’s', async () => {
    const pool = aPool();
    await readFileIn(pool, small);
    const read = readFileIn(pool, slow).catch((error: unknown) => error);
    for (const _time of [1, 2]) {
      const caught = (): number | undefined => readersOf(process.pid).find(({ pid }) => isCaught(pid))?.pid;
      await until('a reader to be caught', () => caught() !== undefined);
      process.kill(caught() ?? 0, 'SIGKILL');
    }

    expect(await read).toMatchObject({ kind: 'permanent', reason: 'crashed' });
  });

  it('or is slow to start is no fault of the document either', async () => {
    const pool = aPool({ timeoutMs: 2_500, entry: new URL('slow-start.mjs', import.meta.url) });

    expect((await readFileIn(pool, small)).passages).toHaveLength(1);
  });

  it('before it could read is nobody’s: the document waits', async () => {
    const pool = aPool({ entry: new URL('not-there.js', import.meta.url) });

    await expect(readFileIn(pool, small)).rejects.toMatchObject({ kind: 'transient', reason: 'reader-unavailable' });
  });
});

describe('processes that read', () => {
  it('end with the pool, and nothing is started after that', async () => {
    const pool = aPool();
    const read = readFileIn(pool, slow);
    await until('a reader', () => readersOf(process.pid).length === 1);

    pool.close();

    await expect(read).rejects.toMatchObject({ kind: 'transient' });
    await expect(readFileIn(pool, small)).rejects.toMatchObject({ kind: 'transient', reason: 'aborted' });
    await until('no reader', () => readersOf(process.pid).every(({ pid }) => !isRunning(pid)));
  });

  it('may write no file, start no program, and know nothing of the environment', async () => {
    const pool = aPool();
    await readFileIn(pool, small);
    const [reader] = readersOf(process.pid);

    const flags = reader?.command.filter((word) => /^--(?:permission|allow)/u.test(word)) ?? [];

    const environment = readFileSync(`/proc/${reader?.pid}/environ`, 'utf8').split('\0');
    const known = environment.filter((variable) => variable !== '' && !variable.startsWith('NODE_CHANNEL_'));

    expect(known).toEqual([]);
    expect(flags).toContain('--permission');
    expect(flags.join(' ')).not.toMatch(/--allow-(?:fs-write|child-process|addons|wasi)/u);
  });

  it('end within seconds when whoever started them is killed in the middle of a document', async () => {
    const script = fileURLToPath(new URL('read-forever.ts', import.meta.url));
    const typescript = fileURLToPath(new URL('../typescript.mjs', import.meta.url));
    const flags = ['--conditions=source', '--no-warnings', '--import', typescript, script];
    const parent = spawn(process.execPath, flags, { stdio: ['ignore', 'ignore', 'inherit'] });
    await until('its reader', () => readersOf(parent.pid ?? 0).length === 1);
    const [reader] = readersOf(parent.pid ?? 0);
    await until('it to be caught', () => isCaught(reader?.pid ?? 0));

    parent.kill('SIGKILL');
    await once(parent, 'exit');

    await until('the reader to end', () => !isRunning(reader?.pid ?? 0));
  });
});
