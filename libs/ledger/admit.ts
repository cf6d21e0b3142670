import type { ClientBase, Pool } from 'pg';

import { rowsOf } from '#database';
import { PermanentFailure } from '#failure';
import { traceparentOf } from '#telemetry';

import { ledgerColumns, storable, toRecord } from './mapping.js';
import { newRow } from './ledger-row.js';

/** What is known of an ingestion when it enters. */
export interface LedgerSubmission {
  readonly namespace: string;
  readonly documentId: string;
  readonly ingestionId: string;
  readonly source: string;
  readonly location: string | null;
  readonly title: string | null;
  readonly mediaType: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly submittedAt: number;
  /** A version that somebody else gave already; null or left out to be given the next of the document. */
  readonly version?: number | null;
}

export interface Admitted {
  readonly ingestionId: string;
  readonly version: number;
}

/** What a stage has to know that meets a submission again. */
export interface AdmittedAgain extends Admitted {
  /** Settled in every store, or to be settled in none, or cancelled: whatever a stage would do for it is in vain. */
  readonly over: boolean;
}

/** The row lock on the document puts its admissions in one order; the next statement sees all earlier ones. */
const lockDocument = `
INSERT INTO penstock.documents (namespace, document_id, last_version) VALUES ($1, $2, 0)
ON CONFLICT (namespace, document_id) DO UPDATE SET last_version = penstock.documents.last_version`;

const columns = ledgerColumns.join(', ');
const others = ledgerColumns.filter((name) => name !== 'version').map((name) => `new.${name}`);

const selectPrior = (ingestionId: string): string => `
  SELECT version, namespace, document_id,
    cancelled_at IS NOT NULL
      OR concluded_at IS NOT NULL AND NOT stores @? '$.* ? (@ == "pending" || @ == "written")' AS over
  FROM penstock.ingestions WHERE ingestion_id = ${ingestionId}`;

const readPrior = { name: 'penstock-admitted-before', text: selectPrior('$1') };

const admitOnce = `
WITH prior AS (${selectPrior('$3')}
), raised AS (
  UPDATE penstock.documents SET last_version = greatest(last_version, coalesce($5::bigint, last_version + 1))
  WHERE namespace = $1 AND document_id = $2 AND NOT EXISTS (SELECT FROM prior)
  RETURNING coalesce($5::bigint, last_version) AS version
), admitted AS (
  INSERT INTO penstock.ingestions (version, ${columns.replace('version, ', '')}, traceparent)
  SELECT raised.version, ${others.join(', ')}, $6
  FROM raised, jsonb_populate_record(NULL::penstock.ingestions, $4::jsonb) AS new
  RETURNING version, namespace, document_id, false AS over
)
SELECT * FROM prior UNION ALL SELECT * FROM admitted`;

interface AdmittedRow {
  readonly version: number | string;
  readonly namespace: string;
  readonly document_id: string;
  readonly over: boolean;
}

/** Leaves room for as many versions as anybody can make after one whose number somebody made up. */
const namedVersionMax = 2 ** 40;

/**
 * Gives an ingestion its version, the one it names or the next of its document, and a row with status `submitted`.
 * Asked again with the same ingestionId it gives the same answer. Later versions are above every one that was named.
 * @throws PermanentFailure `ingestion-id-taken` if the ingestionId belongs to another document, `bad-version` if the
 *   version is none or over 2^40; driver errors as they come.
 */
export async function admit(client: ClientBase, submission: LedgerSubmission): Promise<AdmittedAgain> {
  const { namespace, documentId, ingestionId, source, location, title, mediaType, metadata } = submission;
  const named = namedVersion(submission);
  const bare = newRow({ namespace, documentId, ingestionId, version: 0, kind: 'ingestion' });
  const times = { submittedAtMs: submission.submittedAt, updatedAtMs: submission.submittedAt };
  const row = { ...bare, source: storable(source), location, title, mediaType, metadata, ...times };
  await client.query(lockDocument, [namespace, documentId]);
  const values = [namespace, documentId, ingestionId, JSON.stringify(toRecord(row)), named, traceparentOf(ingestionId)];
  const { rows } = await client.query<AdmittedRow>(admitOnce, values);
  return ownAnswer(rows[0], submission);
}

/**
 * The answer to one that was admitted before; undefined if it was not. It locks and changes nothing, so it needs no
 * transaction, and whoever mostly meets such submissions makes none wait for the disk.
 * @throws PermanentFailure as `admit` does, TransientFailure if the database is away.
 */
export async function admittedBefore(pool: Pool, submission: LedgerSubmission): Promise<AdmittedAgain | undefined> {
  namedVersion(submission);
  const rows = await rowsOf<AdmittedRow>(pool, readPrior, [submission.ingestionId]);
  return rows.length === 0 ? undefined : ownAnswer(rows[0], submission);
}

function namedVersion({ version }: LedgerSubmission): number | null {
  const named = version ?? null;
  if (named === null || (Number.isSafeInteger(named) && named > 0 && named <= namedVersionMax)) return named;
  throw new PermanentFailure('version must be a whole number from 1 to 2^40', { reason: 'bad-version' });
}

function ownAnswer(
  found: AdmittedRow | undefined,
  { namespace, documentId, ingestionId }: LedgerSubmission,
): AdmittedAgain {
  if (found?.namespace !== namespace || found.document_id !== documentId) {
    throw new PermanentFailure('ingestionId belongs to another document', { reason: 'ingestion-id-taken' });
  }
  return { ingestionId, version: Number(found.version), over: found.over };
}
