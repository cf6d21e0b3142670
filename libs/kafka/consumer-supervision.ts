import type { Log, Metrics } from '#telemetry';

import { abortableWait } from './abortable-wait.js';
import type { ConsumerSession } from './consumer-session.js';
import { jitter } from './jitter.js';
import { backoffMs, defaultRetryPolicy } from './retry-policy.js';
import type { SessionEnd } from './session-events.js';

export interface SupervisionOptions {
  readonly role: string;
  readonly open: () => ConsumerSession;
  /** How often it is looked whether the consumer is alive. */
  readonly watchMs: number;
  /** How long a stop waits for the batches in hand. */
  readonly drainMs: number;
  readonly onEnd: (end: SessionEnd) => void;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly nowMs: () => number;
}

/** A session that lived this long was healthy: the next backoff starts anew. */
const healthyMs = 60_000;

/**
 * Keeps one consumer session alive: one that crashed, stalled or lost its connection is thrown away and a new one is
 * made after a while. kafkajs's own restart is off, because it keeps the state that made it crash.
 */
export class ConsumerSupervision {
  session: ConsumerSession | undefined;
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly options: SupervisionOptions) {}

  start(): void {
    this.loop = this.run();
  }

  /** Ends gracefully: what is in hand is finished and committed, then the group is left. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    const { open, role, log, metrics, nowMs, onEnd, drainMs } = this.options;
    for (let restarts = 0; !this.stopping.signal.aborted; restarts++) {
      const startedMs = nowMs();
      const session = open();
      this.session = session;
      session.start();
      const end = await this.watch(session);
      if (end === undefined) await session.drain(drainMs);
      this.session = undefined;
      await session.close();
      if (end === undefined) return;
      onEnd(end);
      if (end.failure !== undefined) return;
      metrics.consumerRestarts.inc({ role, cause: end.cause });
      if (nowMs() - startedMs > healthyMs) restarts = 0;
      const waitMs = backoffMs(defaultRetryPolicy, restarts, jitter());
      log.warn({ role, cause: end.cause, waitMs }, 'consumer is made anew');
      await abortableWait(waitMs, this.stopping.signal);
    }
  }

  /** @returns why the session ended, or nothing when it is to be stopped. */
  private async watch(session: ConsumerSession): Promise<SessionEnd | undefined> {
    const { watchMs } = this.options;
    const { promise, resolve } = Promise.withResolvers<SessionEnd | undefined>();
    const stop = (): void => resolve(undefined);
    const { signal } = this.stopping;
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const timer = setInterval(() => {
      if (session.stalled) resolve({ cause: 'stalled' });
    }, watchMs);
    void session.ended.then(resolve);
    try {
      return await promise;
    } finally {
      clearInterval(timer);
      signal.removeEventListener('abort', stop);
    }
  }
}
