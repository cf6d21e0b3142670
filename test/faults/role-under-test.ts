import { fork, type ChildProcess } from 'node:child_process';
import type { WriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { eventually } from '../e2e/eventually.js';
import type { Environment } from '../processes/index.js';
import type { TestedRole } from './cells.js';
import type { Action, Arm, Doubles, Notice, Order } from './failpoints.js';

const program = fileURLToPath(new URL('role-main.ts', import.meta.url));
const loader = fileURLToPath(new URL('../typescript.mjs', import.meta.url));
const readyMs = 180_000;
const endMs = 60_000;

/** One process of a role, which stops where it is armed and is killed, frozen or let go from here. */
export class RoleUnderTest {
  readonly reached = new Set<string>();
  readonly settled = new Set<string>();
  ready = false;
  /** Where it can be asked, if it is the API. */
  address = '';
  /** It ended though nobody here ended it. */
  died = false;
  private ended = false;
  private asked = false;
  private readonly child: ChildProcess;

  constructor(
    readonly role: TestedRole,
    environment: Environment,
    log: WriteStream,
    arms: readonly Arm[],
    doubles: Doubles,
  ) {
    const child = fork(program, [role], {
      env: { ...process.env, ...environment },
      // Built code, or, as its parent, the sources as they stand.
      execArgv: [...process.execArgv.filter((one) => one.startsWith('--conditions')), '--import', loader],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    const note = (chunk: Buffer): void => void log.write(`[${role} ${child.pid}] ${chunk.toString()}`);
    child.stdout?.on('data', note);
    child.stderr?.on('data', note);
    child.on('message', (notice: Notice) => this.heard(notice, arms, doubles));
    child.on('error', () => undefined);
    child.once('exit', (code, signal) => {
      log.write(`[${role} ${child.pid}] ended: ${code ?? signal}\n`);
      this.ended = true;
      this.died = !this.asked;
    });
  }

  async isReady(): Promise<void> {
    await eventually(`${this.role} to be ready`, () => this.ready || this.ended || undefined, readyMs);
  }

  arm(arms: readonly Arm[], doubles: Doubles): void {
    this.reached.clear();
    this.settled.clear();
    this.send({ kind: 'arm', arms, doubles });
  }

  release(key: string, action: Action): void {
    this.send({ kind: 'release', key, action });
  }

  kill(): void {
    this.asked = true;
    this.child.kill('SIGKILL');
  }

  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** Ends it in good order, so that its group doesn't wait for it. */
  async stop(): Promise<void> {
    this.asked = true;
    this.child.kill('SIGTERM');
    await eventually(`${this.role} to end`, () => this.ended || undefined, endMs).catch(() => this.kill());
  }

  private heard(notice: Notice, arms: readonly Arm[], doubles: Doubles): void {
    if (notice.kind === 'loaded') this.send({ kind: 'start', arms, doubles });
    else if (notice.kind === 'ready') [this.ready, this.address] = [true, notice.address];
    else this[notice.kind].add(notice.key);
  }

  private send(order: Order): void {
    if (!this.ended) this.child.send(order, () => undefined);
  }
}
