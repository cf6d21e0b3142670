import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { v8Flags } from '../../apps/penstock/v8-flags.js';
import { RoleOutput } from './role-output.js';

const program = fileURLToPath(new URL('../../dist/apps/penstock/main.js', import.meta.url));

export interface RoleProcessOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** What Node is told before the program, e.g. to write a profile. */
  readonly nodeOptions?: readonly string[];
}

/** Roles in a process of their own, by default of the built product. */
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
  static start(roles: readonly string[], { environment, nodeOptions = [] }: RoleProcessOptions): Promise<RoleProcess> {
    const words = [...v8Flags, ...nodeOptions, program, 'run', '--roles', roles.join(',')];
    return RoleProcess.run(roles.join('+'), words, environment);
  }

  /**
   * Any program that says as the product does that its roles work.
   * @param words for Node.
   * @throws Error with what it said if it ends before.
   */
  static async run(
    name: string,
    words: readonly string[],
    environment: RoleProcessOptions['environment'],
  ): Promise<RoleProcess> {
    const startedMs = performance.now();
    const env = { ...process.env, ...environment };
    const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const address = await new RoleOutput(child).address();
    return new RoleProcess(name, address, child.pid ?? 0, performance.now() - startedMs, child);
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'close');
    this.child.kill('SIGTERM');
    await ended;
  }
}
