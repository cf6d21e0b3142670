import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { cacheFolder } from './cache-folder.mjs';
import { say } from './progress.mjs';

const lockFile = join(cacheFolder, 'setup.lock');
const refreshMs = 5_000;
const staleAfterMs = 30_000;
const pollMs = 250;

/**
 * Runs the work while no other set-up works on the same cache. The holder keeps its lock fresh; one left behind grows
 * stale.
 */
export async function withLock(work) {
  await takeLock();
  const refresh = setInterval(() => utimesSync(lockFile, new Date(), new Date()), refreshMs);
  refresh.unref();
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    rmSync(lockFile, { force: true });
  }
}

async function takeLock() {
  for (let told = false; !tryLock();) {
    if (isStale()) {
      setAsideStaleLock();
      continue;
    }
    if (!told) say(`waiting for another set-up that holds ${lockFile}`);
    told = true;
    await delay(pollMs);
  }
}

function tryLock() {
  try {
    writeFileSync(lockFile, `${hostname()} ${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

function isStale(file = lockFile) {
  try {
    const [host, pid] = readFileSync(file, 'utf8').trim().split(' ');
    if (Date.now() - statSync(file).mtimeMs > staleAfterMs) return true;
    return host === hostname() && pid !== undefined && !isRunning(Number(pid));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return false;
  }
}

/** Two waiters may both find the lock stale; the one that then grabs the other's fresh lock puts it back. */
function setAsideStaleLock() {
  const aside = `${lockFile}.${process.pid}`;
  try {
    renameSync(lockFile, aside);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return;
  }
  if (isStale(aside)) rmSync(aside, { force: true });
  else renameSync(aside, lockFile);
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
