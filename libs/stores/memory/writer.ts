import { TransientFailure } from '#failure';
import {
  StoreWriter,
  type CompensateResult,
  type IngestionRef,
  type IngestionState,
  type PendingBatch,
  type PendingResult,
  type PromoteResult,
  type RetractionRef,
  type RetractResult,
  type StoreName,
} from '#stores/port';

import { MemoryStore } from './store.js';

export type StepVerb = 'writePending' | 'promote' | 'compensate' | 'retract' | 'states';

/** `before`: nothing is done; `between`: a part of the batch is done; `after`: all is done, the caller doesn't know. */
export type StepPhase = 'before' | 'between' | 'after';

/**
 * Runs at each phase of a verb. A promise it answers with is waited for, and what it rejects with is thrown by the
 * verb: a fault.
 */
export type StepHook = (verb: StepVerb, phase: StepPhase) => Promise<void> | undefined;

/** A store in memory for simulations, with the promises of the real ones and faults on demand. */
export class MemoryStoreWriter extends StoreWriter {
  constructor(
    readonly store: StoreName,
    private readonly data: MemoryStore = new MemoryStore(),
    private readonly beforeStep: StepHook = () => undefined,
  ) {
    super();
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async writePending({ parts, signal }: PendingBatch): Promise<PendingResult> {
    return {
      outcomes: await this.each('writePending', parts, signal, (part) => this.data.write(part)),
      receiptsAnnounced: false,
    };
  }

  promote(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    return this.each('promote', ingestions, signal, (ref) => {
      const result = this.data.promote(ref);
      if (result !== undefined) return result;
      throw new TransientFailure(`nothing of ${ref.ingestionId} is stored`, { reason: 'nothing-pending' });
    });
  }

  compensate(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<CompensateResult[]> {
    return this.each('compensate', ingestions, signal, (ref) => this.data.compensate(ref));
  }

  retract(documents: readonly RetractionRef[], signal: AbortSignal): Promise<RetractResult[]> {
    return this.each('retract', documents, signal, (ref) => ({ removed: this.data.retract(ref) }));
  }

  states(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<(IngestionState | undefined)[]> {
    return this.each('states', ingestions, signal, (ref) => this.data.state(ref));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** One item is one atomic step; faults and other callers come between them. */
  private async each<T, R>(
    verb: StepVerb,
    items: readonly T[],
    signal: AbortSignal,
    step: (item: T) => R,
  ): Promise<R[]> {
    if (signal.aborted) throw new TransientFailure(`${verb} was given up`, { reason: 'aborted' });
    const beginning = this.beforeStep(verb, 'before');
    if (beginning !== undefined) await beginning;
    const results: R[] = [];
    for (const item of items) {
      const between = results.length > 0 ? this.beforeStep(verb, 'between') : undefined;
      if (between !== undefined) await between;
      results.push(step(item));
    }
    const ending = this.beforeStep(verb, 'after');
    if (ending !== undefined) await ending;
    return results;
  }
}
