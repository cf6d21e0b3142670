import { classify, type PenstockFailure } from '#failure';

import { compensationOf } from './compensation.js';
import { RecordStage, type PartitionContext, type PartitionHandler, type PartitionResult } from './contract.js';
import { commitOffset } from './fetch-position.js';
import type { KafkaRecord } from './kafka-record.js';
import { documentOfEvent, documentOfRecord, type LoggedDocument } from './logged-documents.js';
import type { PartitionQueue } from './partition-queue.js';
import { traceProcess } from './process-spans.js';
import { buryRecords, publishResult, unpublishable } from './publish-result.js';
import { retryInPlace, type Tried } from './retry-in-place.js';
import { StagePartitionHandler } from './stage-partition-handler.js';
import { triageRecords, type Triaged } from './triage-record.js';
import { whileAssigned, withDeadline } from './with-deadline.js';
import type { WorkerHooks, WorkerPorts } from './worker-ports.js';

const batchBytesMax = 4_000_000;
const graceMs = 5000;

type EventRecord = Extract<Triaged, { kind: 'event' }>;
type Settled = Promise<number | 'isolate'>;

/**
 * Handles the records of one partition, in order, for as long as it is assigned: decode, handle, publish, commit.
 * A transient failure waits here and nowhere else; the fetch loop and other partitions go on.
 * Once its signal aborts it publishes and commits nothing more, whatever its handler still returns.
 */
export class PartitionWorker {
  private running: Promise<void> | undefined;
  private readonly finishing = new AbortController();
  private readonly quit: AbortSignal;
  private lowWater: bigint | undefined;

  constructor(
    private readonly ports: WorkerPorts,
    private readonly handler: PartitionHandler | RecordStage,
    private readonly queue: PartitionQueue,
    private readonly hooks: WorkerHooks,
  ) {
    this.quit = AbortSignal.any([hooks.signal, this.finishing.signal]);
    if (!(handler instanceof RecordStage)) this.quit.addEventListener('abort', () => handler.close?.(), { once: true });
  }

  push(records: readonly KafkaRecord[]): void {
    this.queue.push(records);
    this.running ??= this.run();
  }

  /** Takes no further batch and resolves when the one in hand is done or has failed once more. */
  async finish(): Promise<void> {
    this.finishing.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    await Promise.resolve(); // `running` has to be set before it may be unset.
    try {
      while (!this.quit.aborted) {
        const records = this.queue.take(this.ports.config.batchRecordsMax, batchBytesMax);
        if (records.length === 0) return;
        if (this.queue.drained) this.hooks.drained();
        await (this.handler instanceof RecordStage
          ? this.take(this.handler, records)
          : this.process(this.handler, records));
      }
    } catch (error) {
      if (this.quit.aborted) return;
      const failure = classify(error);
      if (failure.kind === 'transient') this.hooks.restart(failure.reason);
      else this.hooks.fatal(failure);
    } finally {
      // In the same tick as the last look: records that come now must find that nobody works any more.
      this.running = undefined;
    }
  }

  private async take(stage: RecordStage, records: readonly KafkaRecord[]): Promise<void> {
    const { nowMs, config } = this.ports;
    const whose = (): LoggedDocument[] => records.map(documentOfRecord);
    await this.insist('handle', whose, (attempt, triedForMs) => {
      const work = (signal: AbortSignal): Promise<void> => stage.take(records, { attempt, triedForMs, nowMs, signal });
      return withDeadline(work, { deadlineMs: config.handlerDeadlineMs, graceMs, signal: this.hooks.signal });
    });
    const last = records.at(-1);
    if (last !== undefined) await this.commit(last.offset + 1n);
  }

  private async process(handler: PartitionHandler, records: readonly KafkaRecord[]): Promise<void> {
    const whose = (): LoggedDocument[] => records.map(documentOfRecord);
    const { role, codec } = this.ports;
    const triaged = await this.insist('decode', whose, () => triageRecords(records, role.consumes, codec));
    const unreadable = triaged.filter((item) => item.kind === 'unreadable');
    await this.whileOurs(buryRecords(this.ports, this.hooks.signal, unreadable));
    let rest = triaged.filter((item) => item.kind === 'event');
    const end = (records.at(-1)?.offset ?? -1n) + 1n;
    if (rest.length === 0 && this.lowWater !== undefined) await this.settle(handler, [], end);
    let oneByOne = false;
    while (rest.length > 0) {
      const taken = oneByOne ? rest.slice(0, 1) : rest;
      const settled = await this.settle(handler, taken, rest[taken.length]?.record.offset ?? end);
      if (settled === 'isolate') {
        oneByOne = true;
        continue;
      }
      rest = rest.slice(settled);
      if (rest[0] !== undefined) await this.commit(rest[0].record.offset);
    }
    await this.commit(end);
  }

  /** Handles and publishes. @returns how many events are done, or `isolate` to find the one at fault. */
  private async settle(handler: PartitionHandler, items: readonly EventRecord[], readTo: bigint): Settled {
    let attempts = 1;
    let handled = false;
    try {
      // A simple stage fails with the first event of those that are left to it.
      const tried = this.stateless ? items.slice(0, 1) : items;
      const whose = (): LoggedDocument[] => tried.map(({ event }) => documentOfEvent(event));
      const result = await this.insist('handle', whose, (attempt, triedForMs) => {
        attempts = attempt + 1;
        return this.handle(handler, items, { attempt, triedForMs, readTo });
      });
      handled = true;
      const processed = Math.max(0, Math.min(result.processed ?? items.length, items.length));
      await this.whileOurs(publishResult(this.ports, this.hooks.signal, result, items.slice(0, processed), attempts));
      this.lowWater = result.lowWater;
      return processed;
    } catch (error) {
      const failure = classify(error);
      if (failure.kind === 'transient') throw failure;
      if (handled && !this.stateless) throw unpublishable(failure);
      if (items.length > 1) return 'isolate';
      await this.giveUp(items, failure, attempts);
      return 1;
    }
  }

  private async giveUp(items: readonly EventRecord[], failure: PenstockFailure, attempts: number): Promise<void> {
    const why = { role: this.ports.role.role, failure, nowMs: this.ports.nowMs() };
    const givenUp = items.map(({ record, event }) => ({ record, event, failure, attempts }));
    const undo = items.map(({ event }) => compensationOf(event, why));
    await this.whileOurs(buryRecords(this.ports, this.hooks.signal, givenUp, undo));
  }

  private async handle(
    handler: PartitionHandler,
    items: readonly EventRecord[],
    tried: Pick<PartitionContext, 'attempt' | 'triedForMs' | 'readTo'>,
  ): Promise<PartitionResult> {
    const { nowMs, config, metrics, role, tracer } = this.ports;
    const endTimer = metrics.handleSeconds.startTimer({ role: role.role });
    let outcome = 'failed';
    try {
      // A simple stage has a deadline for each event; state that moved on under a stuck handler can't be trusted.
      const deadlineMs = this.stateless ? unbounded : config.handlerDeadlineMs;
      const { logEnd } = this.hooks;
      const batch = items.map(({ event }) => event);
      const work = (signal: AbortSignal) => handler.handle(batch, { ...tried, nowMs, signal, logEnd });
      const bounded = () => withDeadline(work, { deadlineMs, graceMs, signal: this.hooks.signal });
      // A simple stage makes a span for each event when its turn comes.
      const result = await traceProcess(this.stateless ? undefined : tracer, role.role, batch, bounded);
      outcome = 'done';
      return result;
    } finally {
      endTimer({ outcome });
    }
  }

  /** Repeats until it succeeds, fails for good, or the partition is not ours any more. */
  private insist<T>(
    what: Tried,
    documents: () => readonly LoggedDocument[],
    work: (attempt: number, triedForMs: number) => Promise<T>,
  ): Promise<T> {
    const { ports, hooks, quit, stateless } = this;
    const isLost = (): boolean => hooks.signal.aborted;
    return retryInPlace(work, { what, documents, ports, at: hooks, isLost, quit, stuckEnds: !stateless });
  }

  private async commit(end: bigint): Promise<void> {
    const next = commitOffset(end, this.lowWater, this.hooks.committed());
    if (next === undefined) return;
    await this.insist('commit', nobody, () => this.whileOurs(this.hooks.commit(next)));
  }

  /** Doesn't wait on for what another owner will do again. */
  private whileOurs(work: Promise<void>): Promise<void> {
    return whileAssigned(work, this.hooks.signal);
  }

  private get stateless(): boolean {
    return this.handler instanceof StagePartitionHandler;
  }
}

const nobody = (): LoggedDocument[] => [];
/** The longest time a timer can be set to. */
const unbounded = 2_147_483_647;
