import { PermanentFailure } from '#failure';
import {
  StoreWriter,
  type PendingBatch,
  type PendingResult,
  type CompensateResult,
  type IngestionRef,
  type IngestionState,
  type PromoteResult,
  type RetractionRef,
  type RetractResult,
} from '#stores/port';

/**
 * A writer that refuses documents whose id contains a pattern, and passes everything else on. It is how a demonstration
 * or a drill shows the saga undo a document; without the setting nothing is wrapped.
 */
export class FailureDrill extends StoreWriter {
  constructor(
    private readonly writer: StoreWriter,
    private readonly pattern: string,
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
    if (batch.parts.some(({ documentId }) => documentId.includes(this.pattern))) {
      throw new PermanentFailure(`${this.store} refuses documents named like "${this.pattern}" (failure drill)`, {
        reason: 'failure-drill',
      });
    }
    return this.writer.writePending(batch);
  }

  override promote(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    return this.writer.promote(ingestions, signal);
  }

  override compensate(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<CompensateResult[]> {
    return this.writer.compensate(ingestions, signal);
  }

  override retract(documents: readonly RetractionRef[], signal: AbortSignal): Promise<RetractResult[]> {
    return this.writer.retract(documents, signal);
  }

  override states(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<(IngestionState | undefined)[]> {
    return this.writer.states(ingestions, signal);
  }

  override close(): Promise<void> {
    return this.writer.close();
  }
}

/** Wraps the writer if the setting `store:pattern` names its store. */
export function withFailureDrill(writer: StoreWriter, setting: string | undefined): StoreWriter {
  const colon = setting?.indexOf(':') ?? -1;
  if (setting === undefined || colon < 0 || setting.slice(0, colon) !== writer.store) return writer;
  return new FailureDrill(writer, setting.slice(colon + 1));
}
