import type { PartitionHandler } from './contract.js';
import { commitOffset } from './fetch-position.js';
import { recordBytes, type KafkaRecord } from './kafka-record.js';
import { PartitionQueue } from './partition-queue.js';
import { batchBytesMax, PartitionWorker } from './partition-worker.js';
import type { WorkerHooks, WorkerPorts } from './worker-ports.js';

interface Lane {
  readonly worker: PartitionWorker;
  /** What it works on; from here until it is published and may be committed. */
  record: KafkaRecord | undefined;
}

const oneRecord = { records: 1, bytes: 1 };

/**
 * Handles the records of one partition side by side, for a stage that may have to wait for one of them for long: those
 * of other keys pass it, as long as a lane is free. Records of one key come one after the other, those without a key as
 * if they had one. A lane is a worker that is given one record at a time; what is committed lies below everything that
 * is not done, so after a restart more is handled again than in a partition without lanes.
 */
export class PartitionLanes {
  private readonly lanes: readonly Lane[];
  /** Taken from the queue for no lane yet, in order. */
  private readonly waiting: KafkaRecord[] = [];
  private waitingBytes = 0;
  /** Behind the last record that was taken from the queue. */
  private end = 0n;
  private committing: Promise<void> = Promise.resolve();
  private finishing = false;

  constructor(
    private readonly ports: WorkerPorts,
    handler: PartitionHandler,
    private readonly queue: PartitionQueue,
    private readonly hooks: WorkerHooks,
    count: number,
  ) {
    this.lanes = Array.from({ length: count }, () => this.makeLane(handler));
  }

  push(records: readonly KafkaRecord[]): void {
    this.queue.push(records);
    this.fill();
  }

  /** Starts no further record and resolves when those in hand are done or have failed once more. */
  async finish(): Promise<void> {
    this.finishing = true;
    await Promise.all(this.lanes.map(({ worker }) => worker.finish()));
  }

  private makeLane(handler: PartitionHandler): Lane {
    const hooks: WorkerHooks = {
      ...this.hooks,
      committed: () => undefined,
      commit: (end) => this.done(lane, end),
      drained: () => undefined,
    };
    const worker = new PartitionWorker(this.ports, handler, new PartitionQueue(oneRecord), hooks);
    const lane: Lane = { worker, record: undefined };
    return lane;
  }

  private fill(): void {
    if (this.finishing || this.hooks.signal.aborted) return;
    for (const lane of this.lanes) {
      this.take();
      this.start(lane);
    }
  }

  /** As much as another worker takes in one batch. */
  private take(): void {
    while (this.waiting.length < this.ports.config.batchRecordsMax && this.waitingBytes < batchBytesMax) {
      const [record] = this.queue.take(1, batchBytesMax);
      if (record === undefined) break;
      this.waiting.push(record);
      this.waitingBytes += recordBytes(record);
      this.end = record.offset + 1n;
    }
    if (this.queue.drained) this.hooks.drained();
  }

  /** Gives a lane that is free the first record that waits for nothing else. */
  private start(lane: Lane): void {
    if (lane.record !== undefined) return;
    const busy = new Set(this.lanes.flatMap(({ record }) => (record === undefined ? [] : [keyOf(record)])));
    const index = this.waiting.findIndex((record) => !busy.has(keyOf(record)));
    const [record] = index < 0 ? [] : this.waiting.splice(index, 1);
    if (record === undefined) return;
    this.waitingBytes -= recordBytes(record);
    lane.record = record;
    lane.worker.push([record]);
  }

  /** What a lane takes for its commit, and asks for again if that fails: it may have the next record by then. */
  private async done(lane: Lane, end: bigint): Promise<void> {
    if (lane.record?.offset === end - 1n) {
      lane.record = undefined;
      this.fill();
    }
    this.committing = this.committing.catch(() => undefined).then(() => this.commitDone());
    await this.committing;
  }

  /** One commit after the other, so that none overtakes a later one; what was done meanwhile needs one for all. */
  private async commitDone(): Promise<void> {
    const open = [...this.lanes.flatMap(({ record }) => record ?? []), ...this.waiting.slice(0, 1)];
    const lowWater = open.map(({ offset }) => offset).reduce((low, offset) => (offset < low ? offset : low), this.end);
    const next = commitOffset(this.end, lowWater, this.hooks.committed());
    if (next !== undefined) await this.hooks.commit(next);
  }
}

function keyOf({ key }: KafkaRecord): string {
  return key?.toString('latin1') ?? '';
}
