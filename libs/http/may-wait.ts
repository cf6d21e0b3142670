import type { IngestionDetail } from '#ledger';

/**
 * Whether a part of an ingestion may be waiting for a model, which extractor and embedder ask: one is parsed, and not
 * embedded yet. The status does not tell that of a document of many parts: it is `writing` once the first is embedded.
 */
export function mayWait({
  concludedAt,
  counts,
  error,
  partsDone,
}: Pick<IngestionDetail, 'concludedAt' | 'counts' | 'error' | 'partsDone'>): boolean {
  return concludedAt === null && error === null && partsDone.embedded < counts.parts;
}
