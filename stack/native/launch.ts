import { spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Command } from './service.js';

const logBytesMax = 16 * 1024 * 1024;
const tailLines = 15;

/** A started program: its number, and where in the log its own output begins. */
export interface Launched {
  readonly pid: number;
  readonly logStart: number;
}

/**
 * Starts a program in a session of its own with its output in the log, so that it lives on when the present process
 * ends and a Ctrl-C in the terminal does not reach it. Rejects when it cannot be started at all.
 */
export function launch(command: Command, log: string): Promise<Launched> {
  const logStart = openLog(log);
  const output = openSync(log, 'a');
  return new Promise<Launched>((resolve, reject) => {
    const child = spawn(command.program, [...command.arguments], {
      cwd: '/',
      detached: true,
      stdio: ['ignore', output, output],
      ...command.user,
    });
    child.once('error', reject);
    child.once('spawn', () => resolve({ pid: child.pid ?? 0, logStart }));
    child.unref();
  }).finally(() => closeSync(output));
}

/** The last lines that a program wrote since it was started. */
export function logTail(log: string, logStart: number): string {
  const text = readFileSync(log).subarray(logStart).toString('utf8').trimEnd();
  return text.split('\n').slice(-tailLines).join('\n');
}

/** Keeps one earlier log when the present one has grown large. Returns how long the log is now. */
function openLog(log: string): number {
  mkdirSync(dirname(log), { recursive: true });
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  if (size < logBytesMax) return size;
  renameSync(log, `${log}.1`);
  return 0;
}
