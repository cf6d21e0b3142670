import type { IngestionRef, PromoteResult, RetractionRef, RetractResult, StoreWriter } from '#stores/port';

import { WrappedWriter } from './wrapped-writer.js';

/** Told after a store shows something else, before the saga hears of it. */
export type AnnounceChange = (namespaces: readonly string[]) => Promise<void>;

/**
 * A writer that says which namespaces it changed before it answers. If saying so fails, the step is run again like any
 * other, so that whoever keeps answers learns of every change before the ingestion is concluded.
 */
export class AnnouncedWriter extends WrappedWriter {
  constructor(
    writer: StoreWriter,
    private readonly announce: AnnounceChange,
  ) {
    super(writer, (work) => work());
  }

  override async promote(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    const results = await super.promote(ingestions, signal);
    await this.announce(ingestions.map(({ namespace }) => namespace));
    return results;
  }

  override async retract(documents: readonly RetractionRef[], signal: AbortSignal): Promise<RetractResult[]> {
    const results = await super.retract(documents, signal);
    await this.announce(documents.map(({ namespace }) => namespace));
    return results;
  }
}
