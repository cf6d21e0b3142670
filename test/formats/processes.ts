import { readFileSync, readdirSync } from 'node:fs';

const program = '/worker/main.js';

function commandOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // It has ended in between.
  }
}

function parentOf(pid: string): number {
  try {
    return Number(/^PPid:\s*(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}

/** A process that reads documents, as the operating system sees it. */
export interface ReaderProcess {
  readonly pid: number;
  readonly command: readonly string[];
}

/** The processes that read documents for a process, by the system's own list. */
export function readersOf(parent: number): ReaderProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map((pid) => ({ pid, command: commandOf(pid) }))
    .filter(({ pid, command }) => command.some((word) => word.endsWith(program)) && parentOf(pid) === parent)
    .map(({ pid, command }) => ({ pid: Number(pid), command }));
}

/** Whether a process is there and not just a name that its parent has not taken notice of yet. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s*Z/mu.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Memory that a process holds, in bytes; 0 once it is gone. */
export function residentBytesOf(pid: number): number {
  try {
    return Number(/^VmRSS:\s*(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
