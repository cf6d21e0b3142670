import { createWriteStream, type WriteStream } from 'node:fs';

import type { RoleName } from '../../apps/roles.js';
import { RoleProcess, type Environment } from './role-process.js';

/** All roles, spread over processes so that each can die alone. */
export class RoleProcesses {
  readonly all: readonly RoleProcess[];
  private readonly log: WriteStream;

  /** `environmentOf` adds to the environment what differs between the processes, e.g. the way to each service. */
  constructor(
    groups: readonly (readonly RoleName[])[],
    private readonly environment: Environment,
    logFile: string,
    private readonly environmentOf: (roles: readonly RoleName[]) => Environment = () => ({}),
  ) {
    this.log = createWriteStream(logFile, { flags: 'a' });
    this.all = groups.map((roles) => this.process(roles));
  }

  /** How often one of them ended by itself. */
  get deaths(): number {
    return this.all.reduce((sum, { ends }) => sum + ends.length, 0);
  }

  note(text: string): void {
    this.log.write(`-- ${new Date().toISOString()} ${text}\n`);
  }

  /** A further process of some roles, not started yet, with settings of its own; whoever asks for it also stops it. */
  process(roles: readonly RoleName[], own: Environment = {}): RoleProcess {
    return new RoleProcess(roles, { ...this.environment, ...this.environmentOf(roles), ...own }, this.log);
  }

  async start(): Promise<void> {
    for (const one of this.all) one.start();
    await this.areReady();
  }

  async areReady(): Promise<void> {
    await Promise.all(this.all.map((one) => one.isReady()));
  }

  thaw(): void {
    for (const one of this.all) one.thaw();
  }

  /** Ends all processes; `start` brings them back. */
  async halt(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    await Promise.all(this.all.map((one) => one.stop(signal)));
  }

  /** Ends them for good, on a stack that nobody uses any more. */
  async stop(): Promise<void> {
    await this.halt('SIGKILL');
    await this.closeLog();
  }

  /** Ends them for good, on a stack whose next roles join the same groups. */
  async leave(): Promise<void> {
    await Promise.all(this.all.map((one) => one.leave()));
    await this.closeLog();
  }

  private closeLog(): Promise<void> {
    return new Promise<void>((resolve) => this.log.end(() => resolve()));
  }
}
