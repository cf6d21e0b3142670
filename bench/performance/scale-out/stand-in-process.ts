import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { RoleOutput } from '../../stack/role-output.js';
import type { StandInKind } from './stand-in-model.js';

const program = fileURLToPath(new URL('stand-in-main.ts', import.meta.url));
const typescript = fileURLToPath(new URL('../../../test/typescript.mjs', import.meta.url));

/** An instance of the stage with a stand-in for its model, in a process of its own. */
export class StandInProcess {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when it has joined its group. */
  static async start(
    kind: StandInKind,
    workMs: number,
    environment: Readonly<Record<string, string>>,
  ): Promise<StandInProcess> {
    const words = ['--conditions=source', '--import', typescript, program, kind, String(workMs)];
    const env = { ...process.env, ...environment };
    const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    await new RoleOutput(child).address();
    return new StandInProcess(child);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'close');
    this.child.kill('SIGTERM');
    await ended;
  }
}
