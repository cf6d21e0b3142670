import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Memory of a process, in bytes. */
interface ResidentBytes {
  readonly now: number;
  /** Most it held since it was started; where the system does not say so, what it holds now. */
  readonly peak: number;
}

const isLinux = process.platform === 'linux';

/** What Linux says in a file that is no file: there is nothing to wait for. */
function readStatus(pid: number): ResidentBytes {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'mu').exec(status)?.[1] ?? 0) * 1024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

async function askPs(pid: number): Promise<ResidentBytes> {
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)]);
  const now = Number(stdout.trim()) * 1024;
  return { now, peak: now };
}

/** Memory that a process holds, and held at most; undefined once it is gone. */
export async function residentBytes(pid: number): Promise<ResidentBytes | undefined> {
  try {
    return isLinux ? readStatus(pid) : await askPs(pid);
  } catch {
    return undefined;
  }
}
