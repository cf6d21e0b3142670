import { emission, type DocumentEmbedded, type StoreWritten } from '#events';
import { PermanentFailure, TransientFailure, type PenstockFailure } from '#failure';
import {
  PartitionStage,
  type PartitionContext,
  type PartitionHandler,
  type PartitionResult,
  type ReceivedEvent,
  type StageContext,
} from '#kafka';
import type { IngestionRef, IngestionState, StoreWriter } from '#stores/port';
import type { Metrics } from '#telemetry';

import { applyActions } from './apply-actions.js';
import { fold, lowWater, type FoldInput, type SagaState } from './fold.js';
import { compensations, lettersOf } from './given-up.js';
import { countsOf, manifestOf } from './manifest.js';
import { writePending, type PendingWrites } from './pending-writes.js';
import { refOf } from './saga-event.js';

export interface WriterStageOptions {
  /** How long a transient error of a pending write is retried before its documents are compensated. */
  readonly writeDeadlineMs: number;
}

/**
 * The one writer of all four stores: writes parts pending, says so, folds the saga log, and carries out what
 * it decides.
 * It commits only up to the first undecided ingestion, so that a restart reads again all that the fold needs; what was
 * settled before that, the store itself remembers.
 */
export class WriterStage extends PartitionStage {
  constructor(
    private readonly writer: StoreWriter,
    private readonly options: WriterStageOptions,
    private readonly metrics: Metrics,
  ) {
    super();
  }

  override open(_topic: string, partition: number): PartitionHandler {
    return new WriterPartition(this.writer, this.options, this.metrics, String(partition));
  }
}

class WriterPartition implements PartitionHandler {
  /**
   * What a store refuses is compensated here; a receipt, a request to undo or a retraction that one writer gave up
   * would leave its store with another decision than the others.
   */
  readonly insists = (): boolean => true;
  private state: SagaState = new Map();
  /** Ingestions whose compensation was asked for because the write deadline passed; they are not written again. */
  private readonly givenUp = new Map<string, PenstockFailure>();
  private closed = false;

  constructor(
    private readonly writer: StoreWriter,
    private readonly options: WriterStageOptions,
    private readonly metrics: Metrics,
    private readonly partition: string,
  ) {}

  async handle(batch: readonly ReceivedEvent[], context: PartitionContext): Promise<PartitionResult> {
    const parts = batch.flatMap((event) => (event.type === 'DocumentEmbedded' ? [event.payload] : []));
    const writes = await this.write(parts, context);
    if (writes.expired) return this.giveUp(parts, writes.refused, context.nowMs());
    const { settled, pending } = await this.remembered(batch, context.signal);
    // Asked after the store: what wrote there had read its part before.
    const logEnd = pending.size === 0 ? context.readTo : await context.logEnd();
    const { state, actions } = fold(this.state, {
      events: batch,
      settled: new Map([...settled, ...writes.settled]),
      pending,
      refused: new Set([...writes.refused.keys(), ...this.givenUp.keys()]),
      readTo: context.readTo,
      logEnd,
    });
    const applied = await applyActions(this.writer, actions, context);
    const deadLetters = lettersOf(batch, new Map([...this.givenUp, ...writes.refused]));
    this.state = state;
    for (const ingestionId of this.givenUp.keys()) if (!state.has(ingestionId)) this.givenUp.delete(ingestionId);
    this.measure(applied.map((one) => one.state));
    const emissions = [
      ...writes.receipts.map((receipt) => emission('StoreWritten', receipt)),
      ...compensations(parts, writes.refused, `writer-${this.writer.store}`, context.nowMs()),
      ...applied.map((one) => one.emission),
    ];
    return { emissions, deadLetters, ...this.held() };
  }

  /** Says so at once and handles nothing yet: whatever else the batch holds may have to wait for the store for long. */
  private giveUp(
    parts: readonly DocumentEmbedded[],
    refused: ReadonlyMap<string, PenstockFailure>,
    nowMs: number,
  ): PartitionResult {
    for (const [ingestionId, failure] of refused) this.givenUp.set(ingestionId, failure);
    const emissions = compensations(parts, refused, `writer-${this.writer.store}`, nowMs);
    return { emissions, processed: 0, ...this.held() };
  }

  /** What is undecided here is counted by whoever owns the partition next. */
  close(): void {
    this.closed = true;
    this.metrics.sagasOpen.remove({ store: this.writer.store, partition: this.partition });
  }

  private held(): { lowWater?: bigint } {
    const low = lowWater(this.state);
    return low === undefined ? {} : { lowWater: low };
  }

  /** Past the write deadline a store that can't be reached counts as one that refuses: the saga must end. */
  private async write(
    all: readonly DocumentEmbedded[],
    context: StageContext,
  ): Promise<PendingWrites & { readonly expired: boolean }> {
    const parts = all.filter(({ ingestionId }) => !this.givenUp.has(ingestionId));
    try {
      const receipts = this.receiptsFor(parts, context.nowMs());
      return { ...(await writePending(this.writer, parts, receipts, context.signal)), expired: false };
    } catch (error) {
      if (!(error instanceof TransientFailure) || context.triedForMs < this.options.writeDeadlineMs) throw error;
      const message = `${this.writer.store} could not be written before the write deadline: ${error.message}`;
      const failure = new PermanentFailure(message, { reason: 'write-deadline', cause: error });
      const refused = new Map(parts.map((part) => [part.ingestionId, failure]));
      return { settled: new Map(), refused, receipts: [], expired: true };
    }
  }

  /** A receipt for each ingestion that has all its parts once this batch is written. */
  private receiptsFor(parts: readonly DocumentEmbedded[], writtenAt: number): StoreWritten[] {
    const written = new Map<string, Map<number, ReturnType<typeof manifestOf>>>();
    const receipts = new Map<string, StoreWritten>();
    for (const part of parts) {
      const known = written.get(part.ingestionId) ?? new Map(this.state.get(part.ingestionId)?.written);
      written.set(part.ingestionId, known.set(part.part, manifestOf(part)));
      if (known.size < part.parts) continue;
      const { namespace, documentId, ingestionId, version } = part;
      const ref: IngestionRef = { namespace, documentId, ingestionId, version };
      receipts.set(ingestionId, { ...ref, store: this.writer.store, counts: countsOf(known), writtenAt });
    }
    return [...receipts.values()];
  }

  /** Asks the store about ingestions whose parts this fold has not seen: it may have settled them before a restart. */
  private async remembered(
    batch: readonly ReceivedEvent[],
    signal: AbortSignal,
  ): Promise<Pick<FoldInput, 'settled' | 'pending'>> {
    const unknown = new Map<string, IngestionRef>();
    const inBatch = new Set(
      batch.flatMap((event) => (event.type === 'DocumentEmbedded' ? [event.payload.ingestionId] : [])),
    );
    for (const event of batch) {
      const ref = event.type === 'DocumentRetracted' ? undefined : refOf(event);
      if (ref === undefined || this.hasPart(ref) || inBatch.has(ref.ingestionId)) continue;
      unknown.set(ref.ingestionId, ref);
    }
    const settled = new Map<string, IngestionState>();
    const pending = new Set<string>();
    if (unknown.size === 0) return { settled, pending };
    const refs = [...unknown.values()];
    const states = await this.writer.states(refs, signal);
    for (const [i, { ingestionId }] of refs.entries()) {
      const state = states[i];
      if (state === 'pending') pending.add(ingestionId);
      else if (state !== undefined) settled.set(ingestionId, state);
    }
    return { settled, pending };
  }

  private hasPart({ ingestionId }: IngestionRef): boolean {
    const entry = this.state.get(ingestionId);
    return entry !== undefined && entry.withheldUntil === undefined;
  }

  private measure(states: readonly IngestionState[]): void {
    const store = this.writer.store;
    for (const decision of states) this.metrics.sagaDecisions.inc({ store, decision });
    if (this.closed) return;
    this.metrics.sagasOpen.set({ store, partition: this.partition }, this.state.size);
  }
}
