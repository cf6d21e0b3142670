import { readIngestionHead, Rebuilder, type RebuildFrom, type Rebuilt, type RebuildTarget } from '#audit';
import type { DocumentEmbedded, DocumentExtracted } from '#events';
import type { EmbeddingModel } from '#models';
import { embeddedPart, textsToEmbed } from '#pipeline/embedder';
import type { StoreAuditor } from '#stores/auditor';
import type { IngestionRef, StoreName, StoreWriter } from '#stores/port';

import type { Pool } from 'pg';

import type { PartSource } from './part-source.js';

export interface RebuilderParts {
  readonly pool: Pool;
  readonly source: PartSource;
  readonly auditors: readonly StoreAuditor[];
  readonly writers: ReadonlyMap<StoreName, StoreWriter>;
  /** Ready to be asked; it is only loaded if vectors are needed. */
  readonly embedding: () => Promise<EmbeddingModel>;
  readonly nowMs: () => number;
}

/**
 * Brings a version back into one store by the store's own verbs: it is opened again under the document's fence, written
 * as pending, and promoted. Should a newer version or a retraction come meanwhile, each of these steps refuses it.
 */
export class StoreRebuilder extends Rebuilder {
  constructor(private readonly given: RebuilderParts) {
    super();
  }

  override async rebuild(
    { store, kinds }: RebuildTarget,
    ingestion: IngestionRef,
    from: RebuildFrom,
    signal: AbortSignal,
  ): Promise<Rebuilt> {
    const { auditors, pool, source, writers } = this.given;
    const auditor = auditors.find((one) => one.store === store);
    const writer = writers.get(store);
    const inLedger = await readIngestionHead(pool, ingestion.ingestionId);
    if (auditor === undefined || writer === undefined || inLedger === undefined) return 'impossible';
    const known = await source.described(inLedger, from);
    // Before anything is taken away: what can't be made again as it was is not replaced by something else.
    if (!(await source.isWhole(known, from, signal))) return 'impossible';
    if (!(await auditor.reopen(ingestion, kinds, signal))) return 'moved-on';
    for await (const part of source.parts(known, from, signal)) {
      const parts = [await this.embedded(part, store, signal)];
      const { outcomes } = await writer.writePending({ parts, receipts: [], signal });
      if (outcomes[0] !== 'pending') return 'moved-on';
    }
    const [promoted] = await writer.promote([ingestion], signal);
    return promoted?.state === 'live' ? 'rebuilt' : 'moved-on';
  }

  /** Only Qdrant keeps vectors; for the others none are paid for. */
  private async embedded(part: DocumentExtracted, store: StoreName, signal: AbortSignal): Promise<DocumentEmbedded> {
    const embeddedAt = this.given.nowMs();
    if (store !== 'qdrant') return embeddedPart(part, noVectors, { model: '', dimensions: 0, embeddedAt });
    const model = await this.given.embedding();
    const { namespace, documentId, ingestionId } = part;
    const caller = { namespace, documentId, ingestionId };
    const vectors = await model.embed(textsToEmbed(part), { signal, caller });
    return embeddedPart(part, vectors, { model: model.id, dimensions: model.dimensions, embeddedAt });
  }
}

const noVectors = { vectors: [], usage: { promptTokens: 0, completionTokens: 0 } };
