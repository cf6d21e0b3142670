import type { EventCodec } from '#events';
import { documentOfRecord } from '#kafka';
import { loggedFailure, type Log, type Metrics } from '#telemetry';

import { BacklogWatch } from './backlog-watch.js';
import type { RawPublisher } from './raw-publisher.js';
import { saidInstead } from './refused-row.js';
import { RelaySession } from './relay-session.js';
import { relayTurn, type RelayTurn } from './relay-turn.js';
import { WakeSignal } from './wake-signal.js';

/** What a relay is made of. */
export interface OutboxRelayOptions {
  /** Connection string; the relay opens one connection of its own. */
  readonly url: string;
  readonly publisher: RawPublisher;
  readonly codec: Pick<EventCodec, 'encode'>;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Most rows read and published at once. Default 500. */
  readonly batchSize?: number;
}

const batchSizeDefault = 500;
/** Notifications wake the relay, and a connection that is lost does; the poll finds rows whose turn has come again. */
const pollMs = 2_500;
const lockRetryMs = 250;
const backoffFirstMs = 100;
const backoffMaxMs = 5_000;
/** A batch under way may end when the relay is stopped, but a log that is away may not hold the process up. */
const stopGraceMs = 2_000;

/**
 * Carries rows of the outbox to the log: in order per document, each at least once. Any number of relays may run; the
 * one that holds the lock works, the others wait to take over. While the log or the database is away, it tries again,
 * ever more slowly, with the same rows first. Only a row that the log refuses for good goes to the dead letters, and
 * what it belonged to is undone; one that undoes, removes or tells an end is held and tried again for ever, and only
 * what comes after it of its document waits for it.
 */
export class OutboxRelay {
  private readonly wake = new WakeSignal();
  private stopping = false;
  private quit = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: OutboxRelayOptions) {}

  /** Starts to work in the background; problems are logged and tried again. */
  start(): void {
    if (this.running !== undefined) return;
    this.stopping = false;
    this.quit = new AbortController();
    this.running = this.runUntilStopped();
  }

  /**
   * Resolves once the lock is free. A batch under way that is not acknowledged within seconds is given up, and whoever
   * relays next sends it again.
   */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake.raise();
    const timer = setTimeout(() => this.quit.abort(), stopGraceMs);
    await this.running;
    clearTimeout(timer);
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
    const backlog = new BacklogWatch(() => session.backlog(), this.options.metrics);
    backlog.start();
    try {
      await this.relayUntilStopped(session, backlog);
    } finally {
      backlog.end();
    }
  }

  private async relayUntilStopped(session: RelaySession, backlog: BacklogWatch): Promise<void> {
    const turn = this.turn(session);
    let failures = 0;
    let worked = false;
    while (!this.stopping) {
      // Lowered before the read: what is appended while the batch is under way raises it again.
      this.wake.lower();
      const end = await relayTurn(session, turn);
      if (end === 'empty') {
        if (worked) await backlog.look();
        worked = false;
        if (!session.lost && !this.stopping) await this.wake.wait(pollMs);
        continue;
      }
      worked = true;
      if (end === 'done') {
        failures = 0;
        continue;
      }
      this.report(end, 'outbox rows could not be published');
      await this.pause(failures++);
    }
  }

  private turn(session: RelaySession): RelayTurn {
    const { publisher, codec, log, batchSize } = this.options;
    return {
      batchSize: batchSize ?? batchSizeDefault,
      publish: (records) => publisher.publishRaw(records, this.quit.signal),
      refused: (row, failure) => {
        const line = { id: row.id, topic: row.topic, ...documentOfRecord(row) };
        log.error({ ...line, ...loggedFailure(failure) }, 'outbox row is refused by the log');
        return saidInstead(row, failure, { codec, nowMs: Date.now() });
      },
      hold: (row, failure) => session.hold(row, failure),
    };
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
    this.options.log.warn(loggedFailure(error), message);
  }
}
