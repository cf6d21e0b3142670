import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { pino } from 'pino';

import { Metrics } from './metrics.js';
import { ReportedExporter } from './reported-exporter.js';

const three = Array.from({ length: 3 }, () => ({}) as ReadableSpan);

/** Exports, or not, as it is told. */
class Collector implements SpanExporter {
  away = false;

  export(_spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    done(this.away ? { code: 1, error: new Error('the collector quotes what was sent') } : { code: 0 });
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

describe('an exporter that reports', () => {
  it('counts spans by what became of them, and says once that they are lost and once that they are not', async () => {
    const lines: string[] = [];
    const stream = new Writable({ write: (line: Buffer, _encoding, done) => (lines.push(String(line)), done()) });
    const metrics = new Metrics();
    const collector = new Collector();
    const exporter = new ReportedExporter(collector, { log: pino({ level: 'warn' }, stream), metrics });

    for (const away of [false, true, true, false, false]) {
      collector.away = away;
      exporter.export(three, () => undefined);
    }

    const counts = (await metrics.spans.get()).values.map(({ labels, value }) => [labels.outcome, value]);
    expect(Object.fromEntries(counts)).toEqual({ exported: 9, failed: 6 });
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'traces can not be exported; work goes on without them',
      'traces are exported again',
    ]);
    expect(lines.join()).not.toContain('quotes');
  });
});
