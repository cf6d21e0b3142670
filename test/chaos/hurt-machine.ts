import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { signalProcess } from '#stack';

const run = promisify(execFile);

/** Of a tenth of a second, how much a starved program may run. */
const [runMs, standMs] = [10, 90];
/** What a program may still take when it is denied memory: less than it needs to go on for long. */
const slackKilobytes = 256;

/** Lets programs run for a tenth of the time only, as on a machine that has no processor left for them. */
export async function starve(pids: () => readonly number[], holdMs: number): Promise<void> {
  const untilMs = performance.now() + holdMs;
  while (performance.now() < untilMs) {
    const stopped = pids();
    for (const pid of stopped) signalProcess(pid, 'SIGSTOP');
    await pause(standMs);
    for (const pid of stopped) signalProcess(pid, 'SIGCONT');
    await pause(runMs);
  }
}

/** Programs keep the files and sockets that they have open, and get no further ones for a while. */
export function denyFiles(pids: readonly number[], holdMs: number): Promise<void> {
  return limited(pids, holdMs, 'nofile', () => 8);
}

/** Programs keep the memory that they have, and get next to nothing more for a while. */
export function denyMemory(pids: readonly number[], holdMs: number): Promise<void> {
  return limited(pids, holdMs, 'as', (pid) => (sizeKilobytes(pid) + slackKilobytes) * 1024);
}

/** Takes what is left of a file system, for a while. */
export async function fillDisk(folder: string, holdMs: number): Promise<void> {
  const filler = join(folder, 'filler');
  try {
    await takeAll(folder, filler);
    await pause(holdMs);
  } finally {
    await rm(filler, { force: true });
  }
}

/** Half of what is left, and again: a request for all of it takes nothing if others took some meanwhile. */
async function takeAll(folder: string, filler: string): Promise<void> {
  for (let taken = 0; ;) {
    const { bavail, bsize } = await statfs(folder);
    if (bavail === 0) return;
    const bytes = Math.ceil(bavail / 2) * bsize;
    await run('fallocate', ['--offset', String(taken), '--length', String(bytes), filler]);
    taken += bytes;
  }
}

/** For a while no file of these programs can be forced to the disk: the call fails, as it does on a broken one. */
export async function breakDisk(pids: readonly number[], holdMs: number): Promise<void> {
  const calls = 'fsync,fdatasync,msync,sync_file_range';
  const injected = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=EIO`];
  const attached = pids.flatMap((pid) => ['-p', String(pid)]);
  const tracer = spawn('strace', ['-f', '-qq', '-o', '/dev/null', ...injected, ...attached], { stdio: 'ignore' });
  const ended = once(tracer, 'exit');
  await once(tracer, 'spawn');
  await pause(holdMs);
  tracer.kill('SIGINT');
  await ended;
}

/** Sets a limit that a program meets at its next request, and takes it back later, if the program is still there. */
async function limited(
  pids: readonly number[],
  holdMs: number,
  name: 'nofile' | 'as',
  limitOf: (pid: number) => number,
): Promise<void> {
  const before = new Map<number, string>();
  for (const pid of pids) {
    const hard = await prlimit(pid, `--${name}`, '--output', 'HARD', '--noheadings');
    if (hard === undefined) continue;
    before.set(pid, hard);
    await prlimit(pid, `--${name}=${limitOf(pid)}:`);
  }
  if (before.size === 0) throw new RangeError(`nobody is left of ${pids.join(', ')}`);
  await pause(holdMs);
  for (const [pid, hard] of before) await prlimit(pid, `--${name}=${hard}:`);
}

/**
 * As the user whose program it is: root itself may be kept from programs of others.
 * @returns undefined if the program is gone.
 */
async function prlimit(pid: number, ...flags: readonly string[]): Promise<string | undefined> {
  try {
    const { uid, gid } = statSync(`/proc/${pid}`);
    return (await run('prlimit', ['--pid', String(pid), ...flags], { uid, gid })).stdout.trim();
  } catch (error) {
    if (!existsSync(`/proc/${pid}`)) return undefined;
    throw error;
  }
}

function sizeKilobytes(pid: number): number {
  return Number(/VmSize:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}
