import { classify } from '#failure';
import type { Log, Metrics } from '#telemetry';

import type { RawPublisher } from './raw-publisher.js';
import { RelaySession } from './relay-session.js';
import { WakeSignal } from './wake-signal.js';

/** What a relay is made of. */
export interface OutboxRelayOptions {
  /** Connection string; the relay opens one connection of its own. */
  readonly url: string;
  readonly publisher: RawPublisher;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Most rows read and published at once. Default 500. */
  readonly batchSize?: number;
}

const batchSizeDefault = 500;
/** Notifications wake the relay; the poll is for those lost with a connection. */
const pollMs = 1_000;
const lockRetryMs = 250;
const backoffFirstMs = 100;
const backoffMaxMs = 5_000;
const measureEveryMs = 2_000;

/**
 * Carries rows of the outbox to the log: in order per document, each at least once. Any number of relays may run; the
 * one that holds the lock works, the others wait to take over. It gives up on nothing: while the log or the database
 * is away, it tries again, ever more slowly, with the same rows first.
 */
export class OutboxRelay {
  private readonly wake = new WakeSignal();
  private stopping = false;
  private running: Promise<void> | undefined;
  private measuredAtMs = 0;

  constructor(private readonly options: OutboxRelayOptions) {}

  /** Starts to work in the background; problems are logged and tried again. */
  start(): void {
    if (this.running !== undefined) return;
    this.stopping = false;
    this.running = this.runUntilStopped();
  }

  /** Resolves once a batch under way is finished and the lock is free. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake.raise();
    await this.running;
    this.running = undefined;
  }

  private async runUntilStopped(): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      const session = new RelaySession(this.options.url, () => this.wake.raise());
      try {
        await session.open();
        if (await this.waitForLock(session)) {
          failures = 0;
          await session.listen();
          await this.relayRows(session);
        }
      } catch (error) {
        this.report(error, 'outbox relay lost its connection');
        await this.pause(failures++);
      } finally {
        await session.close();
      }
    }
  }

  private async waitForLock(session: RelaySession): Promise<boolean> {
    while (!this.stopping) {
      if (await session.tryLock()) return true;
      await this.wake.wait(lockRetryMs, { ignoreRaised: !session.lost && !this.stopping });
    }
    return false;
  }

  private async relayRows(session: RelaySession): Promise<void> {
    const batchSize = this.options.batchSize ?? batchSizeDefault;
    let failures = 0;
    while (!this.stopping) {
      // Lowered before the read: what is appended while the batch is under way raises it again.
      this.wake.lower();
      const rows = await session.read(batchSize);
      await this.measure(session, rows.length === 0);
      if (rows.length === 0) {
        if (!session.lost && !this.stopping) await this.wake.wait(pollMs);
        continue;
      }
      try {
        await this.options.publisher.publishRaw(rows);
      } catch (error) {
        this.report(error, 'outbox rows could not be published');
        await this.pause(failures++);
        continue;
      }
      failures = 0;
      await session.remove(rows);
    }
  }

  /** Counting a long backlog costs a scan, so it is done now and then; an empty outbox needs no count. */
  private async measure(session: RelaySession, empty: boolean): Promise<void> {
    const nowMs = Date.now();
    if (!empty && nowMs - this.measuredAtMs < measureEveryMs) return;
    const backlog = empty ? { rows: 0, ageSeconds: 0 } : await session.backlog();
    this.measuredAtMs = nowMs;
    this.options.metrics.outboxRows.set(backlog.rows);
    this.options.metrics.outboxAgeSeconds.set(backlog.ageSeconds);
  }

  private async pause(failures: number): Promise<void> {
    const untilMs = Date.now() + Math.min(backoffMaxMs, backoffFirstMs * 2 ** Math.min(failures, 10));
    // New rows must not cut the pause short, only stop() may: otherwise a busy database hammers a broken broker.
    while (!this.stopping && Date.now() < untilMs) {
      await this.wake.wait(untilMs - Date.now(), { ignoreRaised: true });
    }
  }

  private report(error: unknown, message: string): void {
    if (this.stopping) return;
    const failure = classify(error);
    this.options.log.warn({ reason: failure.reason, err: failure.message }, message);
  }
}
