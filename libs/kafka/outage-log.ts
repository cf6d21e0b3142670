import type { Log } from '#telemetry';

const everyMs = 30_000;
/** kafkajs may try for minutes inside one call before it fails. */
const slowMs = 5000;

/** Says that something is away at its first failure and then now and then, and once that it is back. */
export class OutageLog {
  private saidAtMs: number | undefined;

  constructor(
    private readonly log: Log,
    private readonly nowMs: () => number,
  ) {}

  /** Waits for work and takes it for a failure, as far as the log goes, while it takes too long. */
  async watch<T>(work: Promise<T>, line: Readonly<Record<string, unknown>>, message: string): Promise<T> {
    const timer = setInterval(() => this.failed(line, message), slowMs);
    try {
      return await work;
    } finally {
      clearInterval(timer);
    }
  }

  failed(line: Readonly<Record<string, unknown>>, message: string): void {
    const nowMs = this.nowMs();
    if (this.saidAtMs !== undefined && nowMs - this.saidAtMs < everyMs) return;
    this.saidAtMs = nowMs;
    this.log.warn({ ...line }, message);
  }

  recovered(line: Readonly<Record<string, unknown>>, message: string): void {
    if (this.saidAtMs === undefined) return;
    this.saidAtMs = undefined;
    this.log.info({ ...line }, message);
  }
}
