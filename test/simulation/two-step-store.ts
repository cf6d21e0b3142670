import type { DocumentEmbedded, StoreCounts } from '#events';
import { MemoryStore } from '#stores/memory';
import type { IngestionRef, IngestionState, RetractionRef } from '#stores/port';

/**
 * A store without transactions, as Qdrant is: a promotion first marks the ingestion live, and readers see it only after
 * a second step. In between it remembers what it has begun, and shows what was live before.
 */
export class TwoStepStore extends MemoryStore {
  private readonly begun = new Set<string>();

  override copy(): TwoStepStore {
    const copy = this.copyTo(new TwoStepStore());
    for (const ingestionId of this.begun) copy.begun.add(ingestionId);
    return copy;
  }

  /** The first step: from here on the store calls the ingestion live. */
  begin(ref: IngestionRef): void {
    if (this.state(ref) === 'pending') this.begun.add(ref.ingestionId);
  }

  override state(ref: IngestionRef): IngestionState | undefined {
    const state = super.state(ref);
    return state === 'pending' && this.begun.has(ref.ingestionId) ? 'live' : state;
  }

  override write(part: DocumentEmbedded): IngestionState {
    return this.state(part) === 'live' ? 'live' : super.write(part);
  }

  override promote(ref: IngestionRef): { state: IngestionState; replaced: string[] } | undefined {
    this.begun.delete(ref.ingestionId);
    return super.promote(ref);
  }

  override compensate(ref: IngestionRef): { state: IngestionState; removed: StoreCounts } {
    if (!this.begun.has(ref.ingestionId)) return super.compensate(ref);
    return { state: 'live', removed: { parts: 0, chunks: 0, entities: 0, facts: 0, mentions: 0 } };
  }

  override retract(ref: RetractionRef): string[] {
    const removed = super.retract(ref);
    for (const ingestionId of removed) this.begun.delete(ingestionId);
    return removed;
  }
}
