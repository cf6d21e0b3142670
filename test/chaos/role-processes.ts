import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { RoleName } from '../../apps/roles.js';
import { eventually } from '../e2e/eventually.js';

const program = fileURLToPath(new URL('../../dist/apps/penstock/main.js', import.meta.url));
const restartMs = 300;
const startMs = 180_000;

/** One process of some roles, which is started again when it ends. */
export class RoleProcess {
  private child: ChildProcess | undefined;
  private wanted = false;
  private ready = false;
  private frozen = false;
  /** How often it ended by itself, without having been killed from here. */
  deaths = 0;
  private killed = false;

  constructor(
    readonly roles: readonly RoleName[],
    private readonly environment: Readonly<Record<string, string>>,
    private readonly log: WriteStream,
  ) {}

  get name(): string {
    return this.roles.join('+');
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
    this.killed = true;
    this.child?.kill('SIGKILL');
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

  async stop(): Promise<void> {
    this.wanted = false;
    this.thaw();
    this.kill();
    await eventually(`${this.name} to end`, () => this.child === undefined || undefined);
  }

  private spawn(): void {
    const child = spawn(process.execPath, [program, 'run', '--roles', this.roles.join(',')], {
      env: { ...process.env, ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.ready = false;
    this.killed = false;
    const note = (chunk: Buffer): void => {
      if (chunk.includes('penstock: ') && chunk.includes(' at http')) this.ready = true;
      this.log.write(`[${this.name}] ${chunk.toString()}`);
    };
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    child.once('exit', (code, signal) => this.ended(`${code ?? signal ?? ''}`));
  }

  private ended(how: string): void {
    this.log.write(`[${this.name}] ended: ${how}\n`);
    this.child = undefined;
    this.ready = false;
    if (!this.killed) this.deaths += 1;
    setTimeout(() => {
      if (this.wanted && this.child === undefined) this.spawn();
    }, restartMs);
  }
}

/** All roles, spread over processes so that each can die alone. */
export class RoleProcesses {
  readonly all: readonly RoleProcess[];
  private readonly log: WriteStream;

  constructor(
    groups: readonly (readonly RoleName[])[],
    environment: Readonly<Record<string, string>>,
    logFile: string,
  ) {
    const log = createWriteStream(logFile, { flags: 'a' });
    this.log = log;
    this.all = groups.map((roles) => new RoleProcess(roles, environment, log));
  }

  note(text: string): void {
    this.log.write(`-- ${new Date().toISOString()} ${text}\n`);
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

  async stop(): Promise<void> {
    await Promise.all(this.all.map((one) => one.stop()));
    await new Promise<void>((resolve) => this.log.end(() => resolve()));
  }
}
