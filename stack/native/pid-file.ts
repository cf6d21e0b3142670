import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { ServiceName } from './addresses.js';
import { readProcess } from './processes.js';

/** What a started service leaves behind so that a later command finds exactly that process again. */
export interface PidFile {
  readonly pid: number;
  readonly startedAt: string;
  readonly port: number;
}

/** Parses a pid file; undefined for anything that isn't one, because a wrong guess could end someone else's process. */
export function parsePidFile(text: string): PidFile | undefined {
  const { pid, startedAt, port } = readFields(text);
  if (!Number.isInteger(pid) || Number(pid) < 2 || typeof startedAt !== 'string' || startedAt === '') return undefined;
  return typeof port === 'number' ? { pid: Number(pid), startedAt, port } : undefined;
}

/** Writes the pid file of a process that was just started. Says whether the process is still there to be recorded. */
export function recordProcess(dataFolder: string, service: ServiceName, pid: number, port: number): boolean {
  const process = readProcess(pid);
  if (process === undefined) return false;
  const file = pidFilePath(dataFolder, service);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify({ pid, startedAt: process.startedAt, port } satisfies PidFile)}\n`);
  renameSync(`${file}.new`, file);
  return true;
}

/**
 * The recorded process of a service, and whether it still runs; undefined when the service was not started or was
 * stopped.
 */
export function recordedProcess(
  dataFolder: string,
  service: ServiceName,
): (PidFile & { running: boolean }) | undefined {
  let text: string;
  try {
    text = readFileSync(pidFilePath(dataFolder, service), 'utf8');
  } catch {
    return undefined;
  }
  const recorded = parsePidFile(text);
  return recorded && { ...recorded, running: isSameProcess(recorded) };
}

/** Whether the process runs and is the one that was recorded, not one that got its number since. */
export function isSameProcess(recorded: Pick<PidFile, 'pid' | 'startedAt'>): boolean {
  return readProcess(recorded.pid)?.startedAt === recorded.startedAt;
}

/** Forgets a service that was stopped. */
export function removePidFile(dataFolder: string, service: ServiceName): void {
  rmSync(pidFilePath(dataFolder, service), { force: true });
}

function pidFilePath(dataFolder: string, service: ServiceName): string {
  return join(dataFolder, 'pids', `${service}.json`);
}

function readFields(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
