import type { DocumentEmbedded, Emission } from '#events';
import { emission } from '#events';
import { PermanentFailure } from '#failure';
import type { IngestionRef, PendingBatch, PendingResult, PromoteResult, StoreName, WriteOutcome } from '#stores/port';
import { MemoryStoreWriter, type MemoryStore, type StepHook } from '#stores/memory';

import { TwoStepStore } from './two-step-store.js';

const refusal = new PermanentFailure('refused', { reason: 'store-refused' });

/** What the writer of a store is made of in one process of it. */
export interface StoreProcess {
  readonly name: StoreName;
  readonly store: MemoryStore;
  readonly hook: StepHook;
  /** Data that the store never takes. */
  readonly refuses: (part: DocumentEmbedded) => boolean;
  /** Commits receipts with the write; only PostgreSQL shares its database with the outbox. */
  readonly announce: (receipts: readonly Emission[]) => void;
  /** Told when a settled ingestion refused a part that came late. */
  readonly onFenced: () => void;
  /** Told when a fault came between the two steps of a promotion. */
  readonly onHalfPromoted: () => void;
}

/** The memory store with a store's own troubles, PostgreSQL's way of saying receipts, and Qdrant's of promoting. */
export class SimulatedStoreWriter extends MemoryStoreWriter {
  constructor(private readonly process: StoreProcess) {
    super(process.name, process.store, process.hook);
  }

  override async writePending(batch: PendingBatch): Promise<PendingResult> {
    if (batch.parts.some((part) => this.process.refuses(part))) throw refusal;
    const result = await (this.process.name === 'postgres' ? this.inTransaction(batch) : super.writePending(batch));
    if (result.outcomes.some((outcome) => outcome !== 'pending')) this.process.onFenced();
    return result;
  }

  /** A process can die or stand still between the steps, too. */
  override async promote(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    const { store, hook, onHalfPromoted } = this.process;
    if (!(store instanceof TwoStepStore)) return super.promote(ingestions, signal);
    for (const ref of ingestions) store.begin(ref);
    const between = hook('promote', 'between');
    if (between !== undefined) {
      onHalfPromoted();
      await between;
    }
    return super.promote(ingestions, signal);
  }

  private async inTransaction({ parts, receipts }: PendingBatch): Promise<PendingResult> {
    const { store, hook, announce } = this.process;
    const beginning = hook('writePending', 'before');
    if (beginning !== undefined) await beginning;
    const outcomes = parts.map((part): WriteOutcome => store.write(part));
    const settled = new Set(parts.flatMap((part, i) => (outcomes[i] === 'pending' ? [] : [part.ingestionId])));
    const due = receipts.filter(({ ingestionId }) => !settled.has(ingestionId));
    if (due.length > 0) announce(due.map((receipt) => emission('StoreWritten', receipt)));
    const ending = hook('writePending', 'after');
    if (ending !== undefined) await ending;
    return { outcomes, receiptsAnnounced: true };
  }
}
