import type { Batch, EachBatchPayload, KafkaMessage } from 'kafkajs';

import type { GroupedCommits } from './grouped-commits.js';
import { judgeFetch, startPosition, type FetchPosition, type PartitionBounds } from './fetch-position.js';
import type { KafkaRecord } from './kafka-record.js';
import { PartitionQueue } from './partition-queue.js';
import { PartitionWorker } from './partition-worker.js';
import type { PartitionHandler, RecordStage } from './contract.js';
import type { WorkerHooks, WorkerPorts } from './worker-ports.js';
import { lostAssignment } from './with-deadline.js';

/** What a partition needs from the consumer it is read by. */
export interface PartitionOwner {
  readonly ports: WorkerPorts;
  readonly open: (topic: string, partition: number) => PartitionHandler | RecordStage;
  readonly pause: (topic: string, partition: number) => void;
  readonly resume: (topic: string, partition: number) => void;
  readonly seek: (topic: string, partition: number, offset: bigint) => void;
  readonly logEnd: (topic: string, partition: number) => Promise<bigint>;
  readonly commits: GroupedCommits;
  readonly restart: WorkerHooks['restart'];
  readonly fatal: WorkerHooks['fatal'];
}

const queueBytesMax = 4_000_000;

/** One partition from its assignment to its loss: where reading stands, what is queued, who works on it. */
export class OwnedPartition {
  private position: FetchPosition;
  private high: bigint;
  private paused = false;
  private lost = new AbortController();
  private worker: PartitionWorker;
  private queue: PartitionQueue;
  private commitVia: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;

  constructor(
    readonly topic: string,
    readonly partition: number,
    private readonly owner: PartitionOwner,
    bounds: PartitionBounds,
  ) {
    this.position = startPosition(bounds);
    this.high = bounds.high;
    this.queue = this.makeQueue();
    this.worker = this.makeWorker();
  }

  /** Queues what is new of a batch and moves the fetch position on; never waits for a handler. */
  take({ batch, resolveOffset, commitOffsetsIfNecessary }: EachBatchPayload): void {
    this.commitVia = commitOffsetsIfNecessary;
    this.high = BigInt(batch.highWatermark);
    const asked = askedOffset(batch);
    const verdict = judgeFetch(this.position, asked);
    if (verdict === 'gap') {
      // If the records in between are gone, asking for them makes the broker say so, and that stops the role. If not,
      // this was an answer to a fetch from before the assignment.
      if (this.position.next !== undefined) this.owner.seek(this.topic, this.partition, this.position.next);
      return;
    }
    if (verdict === 'rewind') this.startOver(asked);
    const from = this.position.next ?? asked;
    this.worker.push(batch.messages.map((m) => toRecord(batch, m)).filter(({ offset }) => offset >= from));
    const next = BigInt(batch.lastOffset()) + 1n;
    this.position = { ...this.position, next: next > from ? next : from };
    // kafkajs takes the last message for the end of the batch, markers after it included.
    resolveOffset(next > from ? (batch.messages.at(-1)?.offset ?? batch.lastOffset()) : String(from - 1n));
    this.reportLag();
    if (this.queue.full && !this.paused) {
      this.paused = true;
      this.owner.pause(this.topic, this.partition);
    }
  }

  /** kafkajs passes over batches that only hold transaction markers or aborted records; so do we. */
  passOver(firstOffset: bigint, lastOffset: bigint): void {
    const { next } = this.position;
    if (next !== undefined && firstOffset >= next) this.position = { ...this.position, next: lastOffset + 1n };
  }

  /** From here on nothing more of this partition is published or committed. */
  lose(): void {
    this.lost.abort();
    const { metrics, role } = this.owner.ports;
    metrics.consumerLag.remove({ role: role.role, topic: this.topic, partition: String(this.partition) });
  }

  /** Resolves when the batch in hand is done. */
  finish(): Promise<void> {
    return this.worker.finish();
  }

  reportLag(): void {
    const { metrics, role } = this.owner.ports;
    const labels = { role: role.role, topic: this.topic, partition: String(this.partition) };
    const committed = this.position.committed;
    if (committed !== undefined) metrics.consumerLag.set(labels, Number(this.high - committed));
    else metrics.consumerLag.set(labels, Number(this.high));
  }

  /** The handler's state speaks of records that come again; a fresh one reads them like after a restart. */
  private startOver(from: bigint): void {
    this.lost.abort();
    this.lost = new AbortController();
    this.position = { ...this.position, next: from };
    this.queue = this.makeQueue();
    this.worker = this.makeWorker();
  }

  private makeQueue(): PartitionQueue {
    return new PartitionQueue({ records: this.owner.ports.config.batchRecordsMax * 2, bytes: queueBytesMax });
  }

  private makeWorker(): PartitionWorker {
    const { owner, topic, partition } = this;
    const hooks: WorkerHooks = {
      topic,
      partition,
      signal: this.lost.signal,
      committed: () => this.position.committed,
      commit: (offset) => this.commit(offset),
      logEnd: () => owner.logEnd(topic, partition),
      drained: () => this.drained(),
      restart: owner.restart,
      fatal: owner.fatal,
    };
    return new PartitionWorker(owner.ports, owner.open(topic, partition), this.queue, hooks);
  }

  /**
   * Through the batch's own function, because `consumer.commitOffsets` retries on its own account and could then commit
   * in the name of a later assignment.
   */
  private async commit(offset: bigint): Promise<void> {
    if (this.lost.signal.aborted || this.commitVia === undefined) throw lostAssignment();
    const { topic, partition, commitVia: via } = this;
    await this.owner.commits.commit({ topic, partition, offset, signal: this.lost.signal, via });
    this.position = { ...this.position, committed: offset };
    if (!this.lost.signal.aborted) this.reportLag();
  }

  private drained(): void {
    if (!this.paused || this.lost.signal.aborted) return;
    this.paused = false;
    this.owner.resume(this.topic, this.partition);
  }
}

/** kafkajs keeps the offset it asked for on the batch, but leaves it out of its types. */
function askedOffset(batch: Batch & { readonly fetchedOffset?: string }): bigint {
  return BigInt(batch.fetchedOffset ?? batch.firstOffset() ?? batch.lastOffset());
}

function toRecord({ topic, partition }: Batch, message: KafkaMessage): KafkaRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key,
    value: message.value,
    headers: message.headers ?? {},
    timestampMs: Number(message.timestamp),
  };
}
