import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { RoleOutput } from './role-output.js';

const program = fileURLToPath(new URL('../../dist/apps/penstock/main.js', import.meta.url));

export interface RoleProcessOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** What Node is told before the program, e.g. to write a profile. */
  readonly nodeOptions?: readonly string[];
}

/** Roles of the built product, in a process of their own. */
export class RoleProcess {
  private constructor(
    readonly name: string,
    readonly address: string,
    readonly pid: number,
    /** From the start of the process until its roles worked. */
    readonly startMs: number,
    private readonly child: ChildProcess,
  ) {}

  /** @throws Error with what it said if it ends before its roles work. */
  static async start(
    roles: readonly string[],
    { environment, nodeOptions = [] }: RoleProcessOptions,
  ): Promise<RoleProcess> {
    const startedMs = performance.now();
    const child = spawn(process.execPath, [...nodeOptions, program, 'run', '--roles', roles.join(',')], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const address = await new RoleOutput(child).address();
    return new RoleProcess(roles.join('+'), address, child.pid ?? 0, performance.now() - startedMs, child);
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'close');
    this.child.kill('SIGTERM');
    await ended;
  }
}
