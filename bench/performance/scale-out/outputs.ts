import { setTimeout as pause } from 'node:timers/promises';

import { topics } from '#events';
import { tailTopics, textHeaders, type KafkaRecord } from '#kafka';
import { createLogger } from '#telemetry';

const pollMs = 20;
const patienceMs = 600_000;

/** What the stage says, as it says it. */
export class Outputs {
  private times: number[] = [];
  private ids = new Set<string>();
  private startMs = 0;
  private readonly end = new AbortController();
  private tail: Promise<void> = Promise.resolve();

  async start(brokers: readonly string[]): Promise<void> {
    const { promise: ready, resolve: onReady } = Promise.withResolvers<void>();
    const onRecord = async (record: KafkaRecord): Promise<void> => this.note(record);
    const log = createLogger('silent');
    const { signal } = this.end;
    const names = [topics.extracted.name];
    this.tail = tailTopics({ brokers, topics: names, fromBeginning: false, signal, log, onReady, onRecord });
    await Promise.race([ready, this.tail]);
  }

  async stop(): Promise<void> {
    this.end.abort();
    await this.tail.catch(() => undefined);
  }

  /** Starts to count anew. */
  reset(): void {
    this.times = [];
    this.ids = new Set();
    this.startMs = Date.now();
  }

  /** Different documents so far. */
  get count(): number {
    return this.ids.size;
  }

  /** Outputs that said again what was said before. */
  get repeated(): number {
    return this.times.length - this.ids.size;
  }

  /** @throws Error if so many different ones do not come within ten minutes. */
  async until(count: number): Promise<void> {
    const endMs = Date.now() + patienceMs;
    while (this.count < count) {
      if (Date.now() > endMs) throw new Error(`only ${this.count} of ${count} documents came through the stage`);
      await pause(pollMs);
    }
  }

  /** From when counting began to the last output: a stage says what it has done a second's worth at a time. */
  get spanMs(): number {
    return (this.times.at(-1) ?? this.startMs) - this.startMs;
  }

  /** The longest time in which nothing came. */
  get longestGapMs(): number {
    return this.times.reduce((gap, ms, at) => Math.max(gap, at === 0 ? 0 : ms - (this.times[at - 1] ?? ms)), 0);
  }

  private note(record: KafkaRecord): void {
    this.times.push(Date.now());
    this.ids.add(textHeaders(record.headers)['ce_subject'] ?? '');
  }
}
