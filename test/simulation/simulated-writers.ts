import type { Emission } from '#events';
import { documentKey, topicOfEvent } from '#events';
import type { PartitionHandler, ReceivedEvent } from '#kafka';
import { WriterStage } from '#saga';
import { storeNames, type StoreName, type StoreWriter } from '#stores/port';
import { Metrics } from '#telemetry';

const nowMs = (): number => 1_793_491_200_000;
const signal = new AbortController().signal;

/** What may happen at one writer in one step of a schedule. */
export type StepKind = 'handle' | 'crash-before-publish' | 'crash-before-commit' | 'restart' | 'zombie';

interface Writer {
  readonly store: StoreName;
  readonly stage: WriterStage;
  handler: PartitionHandler;
  /** Next record to hand in. */
  position: number;
  /** Where a restart begins. */
  committed: number;
  /** Where restarts once began: a zombie is a writer that wakes up there. */
  readonly history: number[];
}

/** One partition of the saga log, and the four writers that read and write it; no clock, no network, no threads. */
export class SimulatedWriters {
  readonly log: ReceivedEvent[] = [];
  readonly outcomes: Emission[] = [];
  private readonly writers: readonly Writer[];

  constructor(stores: Readonly<Record<StoreName, StoreWriter>>) {
    const metrics = new Metrics();
    this.writers = storeNames.map((store) => {
      const stage = new WriterStage(stores[store], { writeDeadlineMs: 600_000 }, metrics);
      return { store, stage, handler: stage.open('saga', 0), position: 0, committed: 0, history: [0] };
    });
  }

  /** Appends to the log, as an acknowledged publish does. */
  append(emissions: readonly Emission[]): void {
    for (const emission of emissions) {
      if (topicOfEvent[emission.type] !== 'saga') {
        this.outcomes.push(emission);
        continue;
      }
      const offset = BigInt(this.log.length);
      const key = documentKey(emission.payload);
      this.log.push({
        ...emission,
        id: `${offset}`,
        key,
        topic: 'saga',
        partition: 0,
        offset,
        timestampMs: nowMs(),
        headers: {},
      });
    }
  }

  /** One writer takes up to `count` records; a crash loses its memory and everything it did not publish or commit. */
  async step(index: number, kind: StepKind, count: number): Promise<void> {
    const writer = this.writers[index % this.writers.length];
    if (writer === undefined) return;
    if (kind === 'restart') return this.restart(writer);
    if (kind === 'zombie') return this.zombie(writer, count);
    const batch = this.log.slice(writer.position, writer.position + count);
    if (batch.length === 0) return;
    const context = { signal, attempt: 0, triedForMs: 0, nowMs };
    const result = await writer.handler.handle(batch, context).catch(() => undefined);
    // A transient failure: the loop hands in the same batch again later.
    if (result === undefined) return;
    if (kind === 'crash-before-publish') return this.restart(writer);
    this.append(result.emissions);
    if (kind === 'crash-before-commit') return this.restart(writer);
    writer.position += batch.length;
    writer.committed = result.lowWater === undefined ? writer.position : Number(result.lowWater);
    writer.history.push(writer.committed);
  }

  /** Lets every writer read to the end of the log, again and again, until nothing new is said. */
  async settle(): Promise<void> {
    for (let round = 0; round < 1000; round += 1) {
      if (this.writers.every(({ position }) => position === this.log.length)) return;
      for (let index = 0; index < this.writers.length; index += 1) await this.step(index, 'handle', 50);
    }
    throw new Error('the writers never came to rest');
  }

  /** Stores whose writer still waits for something, though the log is read to its end. */
  waiting(): StoreName[] {
    return this.writers.filter(({ committed }) => committed < this.log.length).map(({ store }) => store);
  }

  /**
   * A writer that lost its partition long ago goes on with an old batch: it writes, but is not heard and can't
   * commit.
   */
  private async zombie(writer: Writer, count: number): Promise<void> {
    const from = writer.history[count % writer.history.length] ?? 0;
    const batch = this.log.slice(from, from + count);
    const context = { signal, attempt: 0, triedForMs: 0, nowMs };
    if (batch.length > 0)
      await writer.stage
        .open('saga', 0)
        .handle(batch, context)
        .catch(() => undefined);
  }

  private restart(writer: Writer): void {
    writer.handler = writer.stage.open('saga', 0);
    writer.position = writer.committed;
  }
}
