import type { Metrics } from '#telemetry';

import type { OutboxBacklog } from './relay-session.js';

const lookEveryMs = 5_000;

/**
 * Shows what waits in the outbox while a relay holds the lock. Nothing is shown after its end, or while the table can't
 * be read: old numbers would stand beside those of the relay that took over, and hide that there is none.
 */
export class BacklogWatch {
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly read: () => Promise<OutboxBacklog>,
    private readonly metrics: Metrics,
  ) {}

  /** Looks on a timer: while the log is away, publishing may take for ever, and that is when the numbers matter. */
  start(): void {
    this.timer ??= setInterval(() => void this.look(), lookEveryMs);
    void this.look();
  }

  /** Never throws: a failure shows in the session itself, which its relay looks at. */
  async look(): Promise<void> {
    const backlog = await this.read().catch(() => undefined);
    if (this.ended) return;
    if (backlog === undefined) this.forget();
    else this.show(backlog);
  }

  /** What is being read comes too late. */
  end(): void {
    this.ended = true;
    clearInterval(this.timer);
    this.forget();
  }

  private show({ rows, ageSeconds, refused }: OutboxBacklog): void {
    this.metrics.outboxRows.set(rows);
    this.metrics.outboxRefusedRows.set(refused);
    this.metrics.outboxAgeSeconds.set(ageSeconds);
  }

  private forget(): void {
    this.metrics.outboxRows.remove();
    this.metrics.outboxRefusedRows.remove();
    this.metrics.outboxAgeSeconds.remove();
  }
}
