import type { ClientBase, Pool } from 'pg';
import { v7 } from 'uuid';

import { inTransaction, rowsOf } from '#database';
import type { DocumentRef, EventCodec } from '#events';
import type { StageContext } from '#kafka';

import { announceRetraction } from './announce-retraction.js';
import { cameOutOf } from './came-out-of.js';
import { isOrphan, type ChildVersion } from './child-versions.js';
import { holdDocument } from './hold-document.js';
import { Orphans } from './janitor.js';
import type { IngestionStatus } from './ledger-row.js';

/** Documents that say that they came out of this one, and this one itself if it says so of another. */
const selectConcerned = `
SELECT document_id FROM penstock.ingestions
WHERE namespace = $1 AND metadata ? 'parent_document_id' AND metadata ->> 'parent_document_id' = $2
UNION
SELECT document_id FROM penstock.ingestions
WHERE namespace = $1 AND document_id = $2 AND metadata ? 'parent_document_id'
ORDER BY 1`;

/**
 * What counts of the versions above the last retraction, each with the ingestion it came out of; one that waits for
 * that ingestion to be live counts as well.
 */
const selectVersions = `
SELECT child.document_id, child.status, parent.status AS parent_status
FROM penstock.ingestions child
LEFT JOIN penstock.ingestions parent ON ${cameOutOf}
WHERE child.namespace = $1 AND child.document_id = ANY($2::text[]) AND child.kind = 'ingestion'
  AND child.version > (SELECT coalesce(max(version), 0) FROM penstock.ingestions retraction
    WHERE retraction.namespace = child.namespace AND retraction.document_id = child.document_id
      AND retraction.kind = 'retraction')
UNION ALL
SELECT held.document_id, 'submitted', parent.status
FROM penstock.held_children held
JOIN penstock.ingestions parent ON parent.ingestion_id = held.parent_ingestion_id
WHERE held.namespace = $1 AND held.document_id = ANY($2::text[])
  AND (parent.concluded_at IS NULL OR parent.status = 'live')`;

interface VersionRow {
  readonly document_id: string;
  readonly status: IngestionStatus;
  readonly parent_status: IngestionStatus | null;
}

/**
 * Looks again at a document that came to an end, and at those that came out of it, and retracts which of them nothing
 * holds any more: by the ledger and the outbox, like the API.
 *
 * It is asked after each end was committed, that of the parent and that of the child, so whichever comes last sees the
 * other: a child that is admitted after its parent is gone is found at its own end. The lock on the document lets one
 * of several who find the same orphan retract it.
 */
export class LedgerOrphans extends Orphans {
  constructor(
    private readonly pool: Pool,
    private readonly codec: EventCodec,
  ) {
    super();
  }

  override async retract(concluded: DocumentRef, { signal, nowMs }: StageContext): Promise<void> {
    const { namespace, documentId } = concluded;
    for (const orphan of await this.orphansAround(namespace, documentId)) {
      signal.throwIfAborted();
      await inTransaction(this.pool, (client) => this.retractOne(client, { namespace, documentId: orphan }, nowMs()));
    }
  }

  private async orphansAround(namespace: string, documentId: string): Promise<string[]> {
    const concerned = await rowsOf<{ document_id: string }>(this.pool, selectConcerned, [namespace, documentId]);
    const ids = concerned.map((row) => row.document_id);
    if (ids.length === 0) return [];
    const rows = await rowsOf<VersionRow>(this.pool, selectVersions, [namespace, ids]);
    const versions = Map.groupBy(rows, (row) => row.document_id);
    return ids.filter((id) => isOrphan((versions.get(id) ?? []).map(versionOf)));
  }

  private async retractOne(client: ClientBase, document: DocumentRef, nowMs: number): Promise<void> {
    const { namespace, documentId } = document;
    await holdDocument(client, document);
    const { rows } = await client.query<VersionRow>(selectVersions, [namespace, [documentId]]);
    if (!isOrphan(rows.map(versionOf))) return;
    const reason = 'the document it came out of holds it no more';
    const retraction = { ...document, ingestionId: v7(), reason, role: 'janitor', nowMs };
    await announceRetraction(client, this.codec, retraction);
  }
}

function versionOf({ status, parent_status: parent }: VersionRow): ChildVersion {
  return { status, parent: parent === null ? null : { status: parent } };
}
