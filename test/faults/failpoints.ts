import { AsyncLocalStorage } from 'node:async_hooks';

import { PermanentFailure } from '#failure';

import { isLostAnswer, type Cell, type Point } from './cells.js';

/** A cell that is to fail in this process, by the key of its document. */
export interface Arm extends Cell {
  readonly key: string;
  readonly throwsMax: number;
}

export type Action = 'throw' | 'continue';

/** What a process of a role hears from the test, and what it says. */
export type Order =
  | { readonly kind: 'start'; readonly arms: readonly Arm[]; readonly doubles: Doubles }
  | { readonly kind: 'arm'; readonly arms: readonly Arm[]; readonly doubles: Doubles }
  | { readonly kind: 'release'; readonly key: string; readonly action: Action };
export type Notice =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'ready'; readonly address: string }
  | { readonly kind: 'reached'; readonly key: string }
  | { readonly kind: 'settled'; readonly key: string };

/** Topics whose records are said twice, by the key of the document. */
export type Doubles = Readonly<Record<string, readonly string[]>>;

/** Where, inside a driver, a piece of work can be met. */
export type Hook = 'before' | 'mid' | 'query' | 'connect' | 'commit' | 'committed' | 'answer' | 'remove';

interface Passing {
  readonly arm: Arm;
  readonly hooks: Readonly<Partial<Record<Hook, Point>>>;
}

interface Met {
  readonly action: Promise<Action>;
  readonly release: (action: Action) => void;
  thrown: number;
}

/**
 * The points of one process at which armed documents stop, until the test says whether to go on or to fail. Nothing is
 * armed unless a test does it, and nothing of this is known to the code under test.
 */
export class Failpoints {
  private arms = new Map<string, Arm>();
  private met = new Map<string, Met>();
  private doubles: Doubles = {};
  private readonly passing = new AsyncLocalStorage<Passing>();

  constructor(private readonly tell: (notice: Notice) => void = () => undefined) {}

  arm(arms: readonly Arm[], doubles: Doubles): void {
    this.arms = new Map(arms.map((one) => [one.key, one]));
    this.met = new Map();
    this.doubles = doubles;
  }

  release(key: string, action: Action): void {
    this.met.get(key)?.release(action);
  }

  armOf(keys: Iterable<string>): Arm | undefined {
    for (const key of keys) {
      const arm = this.arms.get(key);
      if (arm !== undefined) return arm;
    }
    return undefined;
  }

  isDouble(key: string, topic: string): boolean {
    return this.doubles[key]?.includes(topic) === true;
  }

  /** Work of an armed document: drivers called within it know whose work they do. */
  within<T>(arm: Arm, hooks: Passing['hooks'], work: () => Promise<T>): Promise<T> {
    return this.settling([arm], () => this.passing.run({ arm, hooks }, work));
  }

  /** Tells when work that was let go on has ended, however it did. */
  async settling<T>(arms: readonly Arm[], work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      for (const { key } of arms) if (this.met.has(key)) this.tell({ kind: 'settled', key });
    }
  }

  /** A driver has come so far in the work at hand. */
  async hook(hook: Hook): Promise<void> {
    const passing = this.passing.getStore();
    const point = passing?.hooks[hook];
    if (passing !== undefined && point !== undefined) await this.at(point, passing.arm);
  }

  /** @throws PermanentFailure if the test wants it so; else resolves when it does, at once if nothing is armed here. */
  async at(point: Point, arm: Arm): Promise<void> {
    if (arm.point !== point || this.arms.get(arm.key) !== arm) return;
    const met = this.met.get(arm.key) ?? this.meet(arm.key);
    if ((await met.action) === 'continue' || met.thrown >= arm.throwsMax) return;
    met.thrown += 1;
    if (isLostAnswer(arm)) throw new Error('the connection broke before the answer came');
    throw new PermanentFailure(`failpoint ${point} of ${arm.role}`, { reason: 'failpoint' });
  }

  private meet(key: string): Met {
    const { promise: action, resolve: release } = Promise.withResolvers<Action>();
    const met = { action, release, thrown: 0 };
    this.met.set(key, met);
    this.tell({ kind: 'reached', key });
    return met;
  }
}
