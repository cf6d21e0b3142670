import type { ClientBase } from 'pg';

import { traceparentOf } from '#telemetry';

import { ledgerColumns, toRecord } from './mapping.js';
import { newRow } from './ledger-row.js';

export interface Retraction {
  readonly namespace: string;
  readonly documentId: string;
  /** UUIDv7 of the retraction itself. */
  readonly ingestionId: string;
  readonly nowMs: number;
}

const columns = ledgerColumns.join(', ');
const lastVersion = `
SELECT last_version FROM penstock.documents WHERE namespace = $1 AND document_id = $2 FOR UPDATE`;
const insertRetraction = `
INSERT INTO penstock.ingestions (${columns}, traceparent)
SELECT ${columns}, $2 FROM jsonb_populate_record(NULL::penstock.ingestions, $1::jsonb)
ON CONFLICT (ingestion_id) DO NOTHING`;

/**
 * Enters a retraction of all versions so far into the ledger; `announceRetraction` also says so to the stores.
 * @returns the version, or nothing if the document was never submitted.
 */
export async function retractDocument(
  client: ClientBase,
  retraction: Retraction,
): Promise<{ version: number } | undefined> {
  const { namespace, documentId, ingestionId, nowMs } = retraction;
  const { rows } = await client.query<{ last_version: number | string }>(lastVersion, [namespace, documentId]);
  const version = Number(rows[0]?.last_version ?? 0);
  if (version === 0) return undefined;
  const row = newRow({ namespace, documentId, ingestionId, version, kind: 'retraction' });
  await client.query(insertRetraction, [
    JSON.stringify(toRecord({ ...row, submittedAtMs: nowMs, updatedAtMs: nowMs })),
    traceparentOf(ingestionId),
  ]);
  return { version };
}
