import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { TransientFailure } from '#failure';

import { isSameProcess, parsePidFile } from './pid-file.js';
import { readProcess } from './processes.js';

const pollMs = 100;
const waitMaxMs = 180_000;

/**
 * Runs the work while nobody else starts or stops services of this data folder. A lock whose holder died is taken over.
 */
export async function withStackLock<T>(dataFolder: string, work: () => Promise<T>): Promise<T> {
  const file = join(dataFolder, 'stack.lock');
  for (let waitedMs = 0; !tryLock(file); waitedMs += pollMs) {
    if (waitedMs > waitMaxMs) {
      throw new TransientFailure(`another command has held ${file} for three minutes`, { reason: 'stack-locked' });
    }
    if (!setAsideIfStale(file)) await delay(pollMs);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Links a finished file into place, so that nobody ever reads half a lock. */
function tryLock(file: string): boolean {
  const own = `${file}.${process.pid}`;
  const startedAt = readProcess(process.pid)?.startedAt;
  writeFileSync(own, JSON.stringify({ pid: process.pid, startedAt, port: 0 }));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Of two waiters that find the same stale lock, the second may grab the first one's new lock; it then puts that back.
 */
function setAsideIfStale(file: string): boolean {
  if (!isStale(file)) return false;
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return true;
  }
  if (isStale(aside)) rmSync(aside, { force: true });
  else renameSync(aside, file);
  return true;
}

function isStale(file: string): boolean {
  try {
    const holder = parsePidFile(readFileSync(file, 'utf8'));
    return holder === undefined || !isSameProcess(holder);
  } catch {
    return false;
  }
}
