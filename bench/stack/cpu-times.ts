import { readFileSync } from 'node:fs';

import { descendantsOf } from '../../stack/native/processes.js';

const ticksPerSecond = 100;
/** Places in /proc/PID/stat behind the name: time in user and system mode, then the same of children that ended. */
const timeFields = [11, 12, 13, 14];

/** Milliseconds of CPU that a process and all its descendants have used so far; needs /proc. */
export function cpuMsOf(pid: number): number {
  return [pid, ...descendantsOf(pid).map((child) => child.pid)].reduce((sum, one) => sum + ownCpuMs(one), 0);
}

function ownCpuMs(pid: number): number {
  const line = readProc(pid, 'stat');
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return timeFields.reduce((sum, at) => sum + (Number(fields[at]) * 1000) / ticksPerSecond, 0) || 0;
}

/** Bytes of memory that a process itself holds now, and has held at most. */
export function memoryOf(pid: number): { readonly nowBytes: number; readonly peakBytes: number } {
  const status = readProc(pid, 'status');
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'mu').exec(status)?.[1]) * 1024;
  return { nowBytes: field('VmRSS') || 0, peakBytes: field('VmHWM') || 0 };
}

/** A process that has gone has no times any more. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** Of all processes that a meter names. */
export function totalMs(usedMs: Readonly<Record<string, number>>): number {
  return Object.values(usedMs).reduce((sum, ms) => sum + ms, 0);
}

/** CPU by name, of processes and of all that they start. */
export class CpuMeter {
  private before: ReadonlyMap<string, number>;

  constructor(private readonly pids: ReadonlyMap<string, number>) {
    this.before = this.read();
  }

  restart(): void {
    this.before = this.read();
  }

  /** Milliseconds since the start. */
  usedMs(): Record<string, number> {
    const now = this.read();
    return Object.fromEntries([...now].map(([name, ms]) => [name, ms - (this.before.get(name) ?? 0)]));
  }

  private read(): Map<string, number> {
    return new Map([...this.pids].map(([name, pid]) => [name, cpuMsOf(pid)]));
  }
}
