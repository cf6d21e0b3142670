import type { PenstockFailure } from '#failure';

import { abortableWait } from './abortable-wait.js';
import { jitter } from './jitter.js';
import { defaultRetryPolicy, retryDelayMs } from './retry-policy.js';

/** For how long something has been tried, without the time that does not count, and what is worth a line in the log. */
export class Patience {
  private countedFromMs: number;
  private waitingFor: string | undefined;

  constructor(private readonly nowMs: () => number) {
    this.countedFromMs = nowMs();
  }

  get triedForMs(): number {
    return this.nowMs() - this.countedFromMs;
  }

  /** Whether the failure says something new: what waits for hours says so once. */
  isNews({ reason, uncounted }: PenstockFailure): boolean {
    const news = reason !== this.waitingFor;
    this.waitingFor = uncounted ? reason : undefined;
    return news;
  }

  /** Waits until the next try, or until the signal aborts. */
  async wait(attempt: number, failure: PenstockFailure, signal: AbortSignal): Promise<void> {
    await abortableWait(retryDelayMs(defaultRetryPolicy, attempt, jitter(), failure), signal);
    if (failure.uncounted) this.countedFromMs = this.nowMs();
  }
}
