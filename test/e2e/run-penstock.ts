import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { v8Flags } from '../../apps/penstock/v8-flags.js';
import { eventually } from './eventually.js';
import { stackEnvironment } from './penstock-under-test.js';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const node = `${checkout}node_modules/.bin/node`;

/** What one command line came to. */
export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that runs, and all that it has printed so far. */
export interface PenstockProcess {
  readonly child: ChildProcess;
  readonly said: Readonly<Record<'out' | 'err', string>>;
}

/** A process of roles, watched from outside. */
export interface RoleProcess {
  /** Where it serves its API, or health and metrics. */
  readonly address: string;
  /** Most resident memory it had since it was last asked. */
  peakBytes(): number;
  residentBytes(): number;
  /** All that it has logged and printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Runs the built command as a user does, in a folder, on the services of the test stack, until it ends. */
export async function runPenstock(
  args: readonly string[],
  environment: Record<string, string> = {},
  cwd = checkout,
): Promise<Finished> {
  const { child, said } = startPenstockProcess(args, environment, cwd);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('close', resolve);
  child.on('error', reject);
  return { code: await promise, ...said };
}

/** Starts the built command as a user does; whoever starts it ends it. */
export function startPenstockProcess(
  args: readonly string[],
  environment: Record<string, string> = {},
  cwd = checkout,
): PenstockProcess {
  const env = { ...process.env, ...stackEnvironment(), ...environment };
  const child = spawn(node, [`${checkout}bin/penstock.mjs`, ...args], { env, cwd, stdio: 'pipe' });
  return { child, said: listen(child) };
}

/** Starts roles in a process of their own, and waits until they consume. */
export async function startRoles(
  roles: readonly string[],
  environment: Record<string, string>,
  withinMs?: number,
): Promise<RoleProcess> {
  const env = { ...process.env, ...stackEnvironment(), ...environment };
  const main = `${checkout}dist/apps/penstock/main.js`;
  const child = spawn(node, [...v8Flags, main, 'run', '--roles', roles.join(',')], {
    env,
    cwd: checkout,
    stdio: 'pipe',
  });
  const said = listen(child);
  const running = (): string | undefined => / at (http:\S+)/.exec(said.err)?.[1];
  const address = await eventually(`${roles.join(', ')} to run`, running, withinMs);
  return {
    address,
    residentBytes: () => memoryOf(child, 'VmRSS'),
    peakBytes: () => memoryOf(child, 'VmHWM'),
    output: () => said.out + said.err,
    stop: async () => {
      const { promise, resolve } = Promise.withResolvers<unknown>();
      child.on('close', resolve);
      child.kill('SIGTERM');
      await promise;
    },
  };
}

function listen(child: ChildProcess): { out: string; err: string } {
  const said = { out: '', err: '' };
  child.stdout?.on('data', (text: Buffer) => (said.out += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (said.err += text.toString()));
  return said;
}

function memoryOf({ pid }: ChildProcess, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
}
