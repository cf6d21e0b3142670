import { PermanentFailure, TransientFailure } from '#failure';
import { SchemaRegistryClient } from '#events';

import { RawPublisher, type RawRecord } from './raw-publisher.js';

/** A log in memory: it keeps what it acknowledged, and can be switched off. */
export class MemoryLog extends RawPublisher {
  readonly records: RawRecord[] = [];
  refused = 0;
  available = true;
  /** Larger values are refused for good, while all other records but those behind them are taken. */
  valueBytesMax = Number.POSITIVE_INFINITY;
  /** So is every record of these topics. */
  readonly refusedTopics = new Set<string>();
  /** Runs before each append; a test holds it open to have a batch under way. */
  beforeAppend: () => Promise<void> = () => Promise.resolve();

  async publishRaw(records: readonly RawRecord[]): Promise<void> {
    await this.beforeAppend();
    if (!this.available) {
      this.refused += 1;
      throw new TransientFailure('the log is away', { reason: 'broker-unavailable' });
    }
    const refusedKeys = new Set<string>();
    for (const record of records) {
      if (refusedKeys.has(record.key)) continue;
      if (record.value.length > this.valueBytesMax || this.refusedTopics.has(record.topic)) refusedKeys.add(record.key);
      else this.records.push(record);
    }
    if (refusedKeys.size > 0) throw new PermanentFailure('too large', { reason: 'message-too-large' });
  }

  /** Event ids of a key in the order of their first appearance; what a consumer that folds duplicates sees. */
  idsOf(key: string): string[] {
    return [
      ...new Set(this.records.filter((record) => record.key === key).map(({ headers }) => headers['ce_id'] ?? '')),
    ];
  }
}

/** A registry in memory: every subject gets the next id. */
export class MemoryRegistry extends SchemaRegistryClient {
  private readonly sources: string[] = [];

  register(_subject: string, source: string): Promise<number> {
    return Promise.resolve(this.sources.push(source));
  }

  schemaById(id: number): Promise<string> {
    return Promise.resolve(this.sources[id - 1] ?? '');
  }
}
