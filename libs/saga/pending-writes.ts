import type { DocumentEmbedded, StoreWritten } from '#events';
import { PermanentFailure, type PenstockFailure } from '#failure';
import type { IngestionState, StoreWriter } from '#stores/port';

/** What became of the parts of one batch. */
export interface PendingWrites {
  /** Ingestions the store had settled before: it refused their parts. */
  readonly settled: ReadonlyMap<string, IngestionState>;
  /** Ingestions whose data the store refuses for good, with its reason. */
  readonly refused: ReadonlyMap<string, PenstockFailure>;
  /** Receipts that still have to be published. */
  readonly receipts: readonly StoreWritten[];
}

interface Draft {
  readonly settled: Map<string, IngestionState>;
  readonly refused: Map<string, PenstockFailure>;
  readonly receipts: StoreWritten[];
}

/**
 * Writes parts pending. A batch that the store refuses for good is halved, by ingestion, until the one at fault is
 * found; its neighbours are written.
 * @throws TransientFailure if the store can't be reached; writing again is harmless.
 */
export async function writePending(
  writer: StoreWriter,
  parts: readonly DocumentEmbedded[],
  receipts: readonly StoreWritten[],
  signal: AbortSignal,
): Promise<PendingWrites> {
  const draft: Draft = { settled: new Map(), refused: new Map(), receipts: [] };
  const ingestions = [...new Set(parts.map(({ ingestionId }) => ingestionId))];
  if (ingestions.length > 0) await writeHalves(writer, ingestions, { parts, receipts, signal }, draft);
  return draft;
}

interface Batch {
  readonly parts: readonly DocumentEmbedded[];
  readonly receipts: readonly StoreWritten[];
  readonly signal: AbortSignal;
}

async function writeHalves(
  writer: StoreWriter,
  ingestions: readonly string[],
  batch: Batch,
  draft: Draft,
): Promise<void> {
  const own = new Set(ingestions);
  const parts = batch.parts.filter(({ ingestionId }) => own.has(ingestionId));
  const receipts = batch.receipts.filter(({ ingestionId }) => own.has(ingestionId));
  try {
    await writeOnce(writer, { parts, receipts, signal: batch.signal }, draft);
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    const [only] = ingestions;
    if (ingestions.length === 1 && only !== undefined) {
      draft.refused.set(only, error);
      return;
    }
    const middle = Math.ceil(ingestions.length / 2);
    await writeHalves(writer, ingestions.slice(0, middle), batch, draft);
    await writeHalves(writer, ingestions.slice(middle), batch, draft);
  }
}

async function writeOnce(writer: StoreWriter, batch: Batch, draft: Draft): Promise<void> {
  const { outcomes, receiptsAnnounced } = await writer.writePending(batch);
  batch.parts.forEach((part, index) => {
    const outcome = outcomes[index] ?? 'pending';
    if (outcome !== 'pending') draft.settled.set(part.ingestionId, outcome);
  });
  if (receiptsAnnounced) return;
  draft.receipts.push(...batch.receipts.filter(({ ingestionId }) => !draft.settled.has(ingestionId)));
}
