import type { Pool } from 'pg';

import { postgresFailure } from '#database';
import type { DocumentExtracted, StoreCounts } from '#events';

/** What all parts of an ingestion have in common. */
export type PartHead = Omit<
  DocumentExtracted,
  'part' | 'chunks' | 'entities' | 'mentions' | 'facts' | 'record' | 'tokens' | 'extractedBy' | 'extractedAt'
>;

/** What the ledger knows of an ingestion, as its parts said it, and what is in all of them together. */
export interface IngestionHead {
  readonly head: PartHead;
  readonly counts: Readonly<StoreCounts>;
}

interface HeadRow extends Omit<PartHead, 'sizeBytes' | 'submittedAt' | 'parts' | 'chunkCount'> {
  readonly sizeBytes: number;
  readonly submittedAt: Date;
  readonly parts: number | null;
  readonly counts: StoreCounts;
}

const selectHead = `
SELECT namespace, document_id AS "documentId", ingestion_id AS "ingestionId", version, source, location,
  media_type AS "mediaType", title, metadata, submitted_at AS "submittedAt", sha256, size_bytes AS "sizeBytes",
  coalesce(staging_ref, '') AS "stagingRef", parts, counts
FROM penstock.ingestions WHERE ingestion_id = $1 AND source IS NOT NULL AND sha256 IS NOT NULL`;

/** Undefined if the ledger does not know enough to make the parts again. */
export async function readIngestionHead(pool: Pool, ingestionId: string): Promise<IngestionHead | undefined> {
  try {
    const { rows } = await pool.query<HeadRow>(selectHead, [ingestionId]);
    const [row] = rows;
    if (row === undefined || row.parts === null) return undefined;
    const { counts, submittedAt, parts, ...rest } = row;
    return { head: { ...rest, submittedAt: submittedAt.getTime(), parts, chunkCount: counts.chunks }, counts };
  } catch (error) {
    throw postgresFailure(error);
  }
}
