import type { Pool } from 'pg';

import { rowsOf } from '#database';
import type { DocumentRef } from '#events';
import type { StoredDocument } from '#stores/port';

const chunkAsJson = `json_build_object(
  'seq', c.seq, 'text', c.text, 'tokenCount', c.token_count, 'chunkId', c.chunk_id,
  'startOffset', c.start_offset, 'endOffset', c.end_offset, 'headingPath', c.heading_path, 'origin', c.origin)`;

/** Chunks of a document that are not all of them. */
type LiveChunkPage = Pick<
  StoredDocument,
  'namespace' | 'documentId' | 'ingestionId' | 'version' | 'chunkCount' | 'chunks'
>;

/** Reads live documents. */
export class PostgresReader {
  constructor(private readonly pool: Pool) {}

  /** Which ingestion of the document is live, or undefined; far cheaper than the document itself. */
  async liveIngestion({ namespace, documentId }: DocumentRef): Promise<string | undefined> {
    const [row] = await rowsOf<{ id: string }>(
      this.pool,
      `SELECT ingestion_id AS id FROM penstock.live_documents WHERE namespace = $1 AND document_id = $2`,
      [namespace, documentId],
    );
    return row?.id;
  }

  /** The live document, or undefined. One statement, so that a promotion in between cannot mix two versions. */
  async document({ namespace, documentId }: DocumentRef): Promise<StoredDocument | undefined> {
    const [row] = await rowsOf<Omit<StoredDocument, 'liveAt'> & { liveAt: Date }>(
      this.pool,
      `SELECT namespace, document_id AS "documentId", ingestion_id AS "ingestionId", version, title, source, location,
         media_type AS "mediaType", metadata, chunk_count AS "chunkCount", live_at AS "liveAt",
         coalesce((
           SELECT json_agg(${chunkAsJson} ORDER BY c.seq)
           FROM penstock.store_chunks c WHERE c.ingestion_id = d.ingestion_id), '[]') AS chunks
       FROM penstock.live_documents d WHERE namespace = $1 AND document_id = $2`,
      [namespace, documentId],
    );
    return row === undefined ? undefined : { ...row, liveAt: row.liveAt.getTime() };
  }

  /** Chunks of the live document from one on, or undefined; a page costs the same, however long the document is. */
  async chunks(
    { namespace, documentId }: DocumentRef,
    { from, limit }: { readonly from: number; readonly limit: number },
  ): Promise<LiveChunkPage | undefined> {
    const [row] = await rowsOf<LiveChunkPage>(
      this.pool,
      `SELECT namespace, document_id AS "documentId", ingestion_id AS "ingestionId", version,
         chunk_count AS "chunkCount",
         coalesce((
           SELECT json_agg(${chunkAsJson} ORDER BY c.seq)
           FROM penstock.store_chunks c
           WHERE c.ingestion_id = d.ingestion_id AND c.seq >= $3::integer AND c.seq < $3::integer + $4::integer
         ), '[]') AS chunks
       FROM penstock.live_documents d WHERE namespace = $1 AND document_id = $2`,
      [namespace, documentId, from, limit],
    );
    return row;
  }
}
