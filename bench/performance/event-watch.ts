import { eventNameOf, topics, type EventName } from '#events';
import { tailTopics, textHeaders, type KafkaRecord } from '#kafka';
import { storeNames } from '#stores/port';
import { createLogger } from '#telemetry';

/** An event as its record says it. */
export interface SeenEvent {
  readonly type: EventName;
  readonly role: string;
  /** When its producer sent it, milliseconds since the epoch. */
  readonly atMs: number;
}

/** Reads along on all topics, by headers alone, and knows when each ingestion was live in all four stores. */
export class EventWatch {
  private readonly seen = new Map<string, SeenEvent[]>();
  private readonly shown = new Set<string>();
  private readonly waiting = new Map<string, (liveMs: number) => void>();
  private readonly end = new AbortController();
  private tail: Promise<void> = Promise.resolve();

  /** Resolves when no event from here on can be missed. */
  async start(brokers: readonly string[]): Promise<void> {
    const { promise: ready, resolve: onReady } = Promise.withResolvers<void>();
    const names = Object.values(topics).map(({ name }) => name);
    const log = createLogger('silent');
    const onRecord = async (record: KafkaRecord): Promise<void> => this.note(record);
    const { signal } = this.end;
    this.tail = tailTopics({ brokers, topics: names, fromBeginning: false, signal, log, onReady, onRecord });
    // Whoever waits for an ingestion is told.
    this.tail.catch(() => undefined);
    await Promise.race([ready, this.tail]);
  }

  async stop(): Promise<void> {
    this.end.abort();
    await this.tail.catch(() => undefined);
  }

  eventsOf(ingestionId: string): readonly SeenEvent[] {
    return this.seen.get(ingestionId) ?? [];
  }

  forget(): void {
    this.seen.clear();
  }

  /** When the last of the four stores said that it shows the ingestion. @throws Error if the ingestion is undone. */
  async live(ingestionId: string): Promise<number> {
    const at = this.liveMsOf(ingestionId);
    if (at !== undefined) return at;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.waiting.set(ingestionId, resolve);
    return Promise.race([promise, this.tail.then(() => Promise.reject(new Error('ended')))]);
  }

  private liveMsOf(ingestionId: string): number | undefined {
    const promoted = this.eventsOf(ingestionId).filter(({ type }) => type === 'StorePromoted');
    const byStore = new Map(promoted.map(({ role, atMs }) => [role, atMs]));
    return byStore.size < storeNames.length ? undefined : Math.max(...byStore.values());
  }

  private note(record: KafkaRecord): void {
    const headers = textHeaders(record.headers);
    const type = eventNameOf(headers['ce_type'] ?? '');
    const ingestionId = headers['ce_ingestionid'];
    if (type === undefined || ingestionId === undefined) return;
    if (type === 'CompensationRequested') throw new Error(`ingestion ${ingestionId} is undone`);
    const role = (headers['ce_source'] ?? '').split('/').at(-1) ?? '';
    const event = { type, role, atMs: record.timestampMs };
    const known = this.seen.get(ingestionId);
    if (known === undefined) this.seen.set(ingestionId, [event]);
    else known.push(event);
    if (type === 'IngestionConcluded' && !this.shown.has(ingestionId)) {
      throw new Error(`ingestion ${ingestionId} ended without becoming live`);
    }
    if (type !== 'StorePromoted') return;
    const liveMs = this.liveMsOf(ingestionId);
    if (liveMs === undefined) return;
    this.shown.add(ingestionId);
    this.waiting.get(ingestionId)?.(liveMs);
    this.waiting.delete(ingestionId);
  }
}
