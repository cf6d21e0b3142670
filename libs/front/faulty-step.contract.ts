import type { FrontApi } from '#pipeline/stager';

import type { FrontSyncOptions } from './front-sync.js';

/** What happens instead of a step of a turn, or around it. */
export type Fault = (effect: () => Promise<unknown>, step: FaultyStep) => Promise<unknown>;

/** Waits until the test says that the step goes on. */
export const standStill: Fault = async (effect, step) => {
  await step.standStill();
  return effect();
};

type Ports = Omit<FrontSyncOptions, 'log'>;

/** Lets one step of a turn, the n-th call of any port, meet a fault; all others are as they are. */
export class FaultyStep {
  /** What was called there; undefined if the turn had fewer steps. */
  name: string | undefined;
  /** Of all ports, so far. */
  calls = 0;
  private readonly standing = Promise.withResolvers<void>();
  private readonly going = Promise.withResolvers<void>();

  constructor(
    private readonly at: number,
    private readonly fault: Fault,
  ) {}

  get reached(): Promise<void> {
    return this.standing.promise;
  }

  goOn(): void {
    this.going.resolve();
  }

  standStill(): Promise<void> {
    this.standing.resolve();
    return this.going.promise;
  }

  in(ports: Ports): Ports {
    const { api, messages, staging, cursors, changes } = ports;
    const stepping = { messages: this.stepping(messages), staging: this.stepping(staging) };
    const noted = { cursors: this.stepping(cursors), changes: this.stepping(changes) };
    return { ...ports, ...stepping, ...noted, api: this.steppingApi(api) };
  }

  private stepping<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const call: unknown = Reflect.get(target, name);
        if (typeof call !== 'function') return call;
        return (...given: unknown[]): unknown => this.step(String(name), () => Reflect.apply(call, target, given));
      },
    });
  }

  /** Messages come one by one; here they are one step. */
  private steppingApi(api: FrontApi): FrontApi {
    const stepping = this.stepping(api);
    const messages = async function* (this: FaultyStep, ...given: Parameters<FrontApi['messages']>) {
      yield* await this.step('messages', () => allOf(api.messages(...given)));
    }.bind(this);
    return new Proxy(stepping, {
      get: (target, name) => (name === 'messages' ? messages : (Reflect.get(target, name) as unknown)),
    });
  }

  private step<T>(name: string, effect: () => T): T {
    this.calls += 1;
    if (this.calls !== this.at) return effect();
    this.name = name;
    return this.fault(() => Promise.resolve(effect()), this) as T;
  }
}

async function allOf<T>(given: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of given) all.push(one);
  return all;
}
