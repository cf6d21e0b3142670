import { documentKey, type DocumentRef } from '#events';
import { WrappedWriter } from '#saga';
import type {
  CompensateResult,
  IngestionRef,
  PendingBatch,
  PendingResult,
  PromoteResult,
  RetractionRef,
  RetractResult,
  StoreWriter,
} from '#stores/port';

import type { Arm, Failpoints } from './failpoints.js';

/** A writer that stops before, within and after the verbs of its store. */
export class ProbedWriter extends WrappedWriter {
  constructor(
    writer: StoreWriter,
    private readonly failpoints: Failpoints,
    /** Resolves when what was announced in the transaction of a write has been published. */
    private readonly published: (key: string) => Promise<void>,
  ) {
    super(writer, (work) => work());
  }

  override writePending(batch: PendingBatch): Promise<PendingResult> {
    return this.armed(batch.parts, async (arm) => {
      if (arm === undefined || arm.operation === 'delete') return super.writePending(batch);
      await this.failpoints.at('P2', arm);
      const result = await this.failpoints.within(arm, { commit: 'P3', answer: 'P3' }, () => super.writePending(batch));
      if (!result.receiptsAnnounced || batch.receipts.length === 0) return result;
      await this.failpoints.at('P4', arm);
      if (arm.point === 'P5') await this.published(arm.key);
      await this.failpoints.at('P5', arm);
      return result;
    });
  }

  override promote(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    return this.armed(ingestions, async (arm) => {
      if (arm === undefined) return super.promote(ingestions, signal);
      await this.failpoints.at('P8', arm);
      return this.failpoints.within(arm, { commit: 'P9', answer: 'P9' }, () => super.promote(ingestions, signal));
    });
  }

  override compensate(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<CompensateResult[]> {
    return this.armed(ingestions, async (arm) => {
      if (arm !== undefined) await this.failpoints.at('P6', arm);
      return super.compensate(ingestions, signal);
    });
  }

  override retract(documents: readonly RetractionRef[], signal: AbortSignal): Promise<RetractResult[]> {
    return this.armed(documents, async (arm) => {
      if (arm === undefined) return super.retract(documents, signal);
      await this.failpoints.at('P2', arm);
      await this.failpoints.at('P6', arm);
      return this.failpoints.within(arm, { commit: 'P3', answer: 'P3' }, () => super.retract(documents, signal));
    });
  }

  private armed<T>(refs: readonly DocumentRef[], work: (arm: Arm | undefined) => Promise<T>): Promise<T> {
    return work(this.failpoints.armOf(refs.map(documentKey)));
  }
}

/** Asked before a stage or a store does its work for a document; whoever answers may wait, or refuse. */
export type Refusals = Map<string, () => Promise<void>>;

/** A writer that isn't under test, and refuses or delays documents of those that are. */
export class RefusingWriter extends WrappedWriter {
  constructor(
    writer: StoreWriter,
    private readonly refusals: Refusals,
  ) {
    super(writer, (work) => work());
  }

  override async writePending(batch: PendingBatch): Promise<PendingResult> {
    for (const key of new Set(batch.parts.map(documentKey))) await this.refusals.get(`${this.store} ${key}`)?.();
    return super.writePending(batch);
  }
}
