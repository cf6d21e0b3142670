import { setTimeout as delay } from 'node:timers/promises';

import { classify } from '#failure';
import type { Log } from '#telemetry';

import type { FrontSync } from './front-sync.js';

/** Takes turns at reading Front, one after another, until it is stopped. A turn that fails is tried again. */
export class FrontLoop {
  private readonly over = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly sync: FrontSync,
    private readonly options: { readonly intervalMs: number; readonly log: Log },
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.over.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.over;
    const { intervalMs, log } = this.options;
    while (!signal.aborted) {
      try {
        await this.sync.turn(signal);
      } catch (error) {
        const { kind, message, reason } = classify(error);
        if (!signal.aborted) log.warn({ kind, message, reason }, 'Front could not be read');
      }
      await delay(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
