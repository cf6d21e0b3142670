import { spawn, type ChildProcess } from 'node:child_process';
import type { WriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { v8Flags } from '../../apps/penstock/v8-flags.js';
import type { RoleName } from '../../apps/roles.js';
import { eventually } from '../e2e/eventually.js';

const program = fileURLToPath(new URL('../../dist/apps/penstock/main.js', import.meta.url));
const restartMs = 300;
const startMs = 600_000;
/** As long as `stop_grace_period` in docker-compose.yml lets one end by itself. */
const endMs = 180_000;

export type Environment = Readonly<Record<string, string>>;

/** One process of some roles, which is started again when it ends. */
export class RoleProcess {
  private child: ChildProcess | undefined;
  private wanted = false;
  private ready = false;
  private frozen = false;
  private asked = false;
  private extra: Environment = {};
  /** How it ended, each time that it ended by itself: exit code or signal. */
  readonly ends: string[] = [];

  constructor(
    readonly roles: readonly RoleName[],
    private readonly environment: Environment,
    private readonly log: WriteStream,
  ) {}

  get name(): string {
    return this.roles.join('+');
  }

  /** Undefined while none runs. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    this.wanted = true;
    this.spawn();
  }

  /** Resolves when the roles work. */
  async isReady(): Promise<void> {
    await eventually(`${this.name} to be ready`, () => this.ready || undefined, startMs);
  }

  kill(): void {
    this.end('SIGKILL');
  }

  /** Asks it to end in good order. */
  terminate(): void {
    this.end('SIGTERM');
  }

  /** Kills it; from its next start on these settings are added, instead of those added before. */
  restartWith(extra: Environment): void {
    this.extra = extra;
    this.kill();
  }

  /** Stands still, as in a long pause of its machine, until `thaw`. */
  freeze(): void {
    this.frozen = true;
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    if (!this.frozen) return;
    this.frozen = false;
    this.child?.kill('SIGCONT');
  }

  /** Ends it for good, by default at once. */
  async stop(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    this.wanted = false;
    this.thaw();
    this.end(signal);
    await eventually(`${this.name} to end`, () => this.child === undefined || undefined, endMs);
  }

  /** Ends it for good in good order, if it can be: a group waits out the session of a member that was killed. */
  async leave(): Promise<void> {
    await this.stop('SIGTERM').catch(() => this.stop());
  }

  private end(signal: 'SIGKILL' | 'SIGTERM'): void {
    this.asked = true;
    this.child?.kill(signal);
  }

  private spawn(): void {
    const child = spawn(process.execPath, [...v8Flags, program, 'run', '--roles', this.roles.join(',')], {
      env: { ...process.env, ...this.environment, ...this.extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.ready = false;
    this.asked = false;
    const note = (chunk: Buffer): void => {
      if (chunk.includes('penstock: ') && chunk.includes(' at http')) this.ready = true;
      this.log.write(`[${this.name} ${child.pid}] ${chunk.toString()}`);
    };
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    child.once('exit', (code, signal) => this.ended(`${code ?? signal ?? ''}`));
  }

  private ended(how: string): void {
    this.log.write(`[${this.name}] ended: ${how}\n`);
    this.child = undefined;
    this.ready = false;
    if (!this.asked) this.ends.push(how);
    setTimeout(() => {
      if (this.wanted && this.child === undefined) this.spawn();
    }, restartMs);
  }
}
