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
} from '#stores/port';

/** A writer around another one: every verb that talks to the store goes through `around`. */
export class WrappedWriter extends StoreWriter {
  constructor(
    protected readonly writer: StoreWriter,
    private readonly around: <T>(work: () => Promise<T>) => Promise<T>,
  ) {
    super();
  }

  override get store(): StoreWriter['store'] {
    return this.writer.store;
  }

  override prepare(): Promise<void> {
    return this.writer.prepare();
  }

  override writePending(batch: PendingBatch): Promise<PendingResult> {
    return this.around(() => this.writer.writePending(batch));
  }

  override promote(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    return this.around(() => this.writer.promote(ingestions, signal));
  }

  override compensate(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<CompensateResult[]> {
    return this.around(() => this.writer.compensate(ingestions, signal));
  }

  override retract(documents: readonly RetractionRef[], signal: AbortSignal): Promise<RetractResult[]> {
    return this.around(() => this.writer.retract(documents, signal));
  }

  override states(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<(IngestionState | undefined)[]> {
    return this.around(() => this.writer.states(ingestions, signal));
  }

  override close(): Promise<void> {
    return this.writer.close();
  }
}
