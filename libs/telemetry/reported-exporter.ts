import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

import type { Log } from './logger.js';
import type { Metrics } from './metrics.js';

/** Where it is said that spans can't be exported. */
export interface ExportReport {
  readonly log: Log;
  readonly metrics: Metrics;
}

type Exported = Parameters<Parameters<SpanExporter['export']>[1]>[0];

/** Counts what is exported and what is lost, and says once that it is lost, and once that it is not any more. */
export class ReportedExporter implements SpanExporter {
  private failing = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly report: ExportReport,
  ) {}

  export(spans: ReadableSpan[], done: (result: Exported) => void): void {
    this.exporter.export(spans, (result) => {
      this.note(spans.length, result);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  private note(spans: number, { code, error }: Exported): void {
    const { log, metrics } = this.report;
    const failed = code !== 0;
    metrics.spans.inc({ outcome: failed ? 'failed' : 'exported' }, spans);
    if (failed === this.failing) return;
    this.failing = failed;
    // The message of an answer may hold what was sent; its class and code say enough.
    const cause = { error: error?.name, code: (error as NodeJS.ErrnoException | undefined)?.code };
    if (failed) log.warn(cause, 'traces can not be exported; work goes on without them');
    else log.warn('traces are exported again');
  }
}
