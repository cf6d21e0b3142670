import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A running process. `startedAt` tells it from a later one that got the same number. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly startedAt: string;
}

const hasProc = existsSync('/proc/self/stat');

/**
 * The process with this number; undefined when there is none, or only its remains, which wait for a parent to notice.
 */
export function readProcess(pid: number): RunningProcess | undefined {
  if (!hasProc) return listWithPs().find((process) => process.pid === pid);
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'), bootId());
  } catch {
    return undefined;
  }
}

/** Children of a process, their children and so on: PostgreSQL's sessions outlive a postmaster that is killed. */
export function descendantsOf(pid: number): RunningProcess[] {
  const all = hasProc ? listProc() : listWithPs();
  const children = all.filter((process) => process.parent === pid);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid)]);
}

/** Processes that work in a folder; none where the system doesn't tell. */
export function processesIn(folder: string): RunningProcess[] {
  return hasProc ? listProc().filter(({ pid }) => workingFolder(pid) === folder) : [];
}

/** Sends a signal; a process that has gone meanwhile is no fault. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Parses a line of /proc/PID/stat. The name in it may hold spaces and brackets; what follows the last bracket is
 * regular.
 */
export function parseProcStat(line: string, boot: string): RunningProcess | undefined {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  if (state === undefined || state === 'Z' || state === 'X') return undefined;
  return { pid: Number.parseInt(line, 10), parent: Number(fields[1]), startedAt: `${boot}:${fields[19]}` };
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function listProc(): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((process) => process !== undefined);
}

/** Systems without /proc (macOS). */
function listWithPs(): RunningProcess[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,lstart='], { encoding: 'utf8' }).trim().split('\n');
  return rows.flatMap((row) => {
    const [pid, parent, state, ...startedAt] = row.trim().split(/\s+/);
    return state?.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), startedAt: startedAt.join(' ') }];
  });
}
