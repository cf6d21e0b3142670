import type { ClientBase } from 'pg';

import type { DocumentRef } from '#events';

/** What the ledger knows of the ingestion a letter belonged to. */
export interface FailedIngestion {
  readonly version: number;
  readonly status: string;
  readonly source: string | null;
  readonly location: string | null;
  readonly media_type: string | null;
  readonly title: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly submitted_at: Date | null;
  readonly sha256: string | null;
  readonly size_bytes: number | null;
  readonly staging_ref: string | null;
}

const selectIngestion = `
SELECT version, status, source, location, media_type, title, metadata, submitted_at, sha256, size_bytes, staging_ref
FROM penstock.ingestions
WHERE namespace = $1 AND document_id = $2 AND ingestion_id = $3 AND kind = 'ingestion'`;

/** A retraction has the version of the newest ingestion it covers. One without a version failed before it got one. */
const selectNewer = `
SELECT kind, version FROM penstock.ingestions
WHERE namespace = $1 AND document_id = $2 AND status NOT IN ('rolled_back', 'failed')
  AND CASE WHEN $3::bigint IS NULL THEN admitted_at > to_timestamp($4::float8 / 1000)
    WHEN kind = 'retraction' THEN version >= $3 ELSE version > $3 END
ORDER BY version DESC LIMIT 1`;

const selectEnd = `
SELECT status FROM penstock.ingestions WHERE ingestion_id = $1 AND concluded_at IS NOT NULL`;

export async function failedIngestion(
  client: Pick<ClientBase, 'query'>,
  { namespace, documentId }: DocumentRef,
  ingestionId: string | null,
): Promise<FailedIngestion | undefined> {
  if (ingestionId === null) return undefined;
  const { rows } = await client.query<FailedIngestion>(selectIngestion, [namespace, documentId, ingestionId]);
  return rows[0];
}

/** How an ingestion, or a retraction, ended; undefined while it is under way or if nobody knows it. */
export async function endOf(
  client: Pick<ClientBase, 'query'>,
  ingestionId: string | null,
): Promise<string | undefined> {
  if (ingestionId === null) return undefined;
  const { rows } = await client.query<{ status: string }>(selectEnd, [ingestionId]);
  return rows[0]?.status;
}

/** A version that is live or on its way, or a retraction, that came after the one that failed. */
export async function newerThan(
  client: ClientBase,
  { namespace, documentId }: DocumentRef,
  failed: { readonly version: number | undefined; readonly atMs: number },
): Promise<{ readonly kind: string; readonly version: number } | undefined> {
  const values = [namespace, documentId, failed.version ?? null, failed.atMs];
  const { rows } = await client.query<{ kind: string; version: number }>(selectNewer, values);
  return rows[0];
}
