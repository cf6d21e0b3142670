import type { Pool } from 'pg';

import { postgresFailure, rowsOf, type Migration } from '#database';

import type { AuditReport } from './audit.js';

const createAudits = `
CREATE TABLE penstock.audits (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started_at timestamptz NOT NULL,
  finished_at timestamptz NOT NULL,
  repair boolean NOT NULL,
  namespace text,
  documents bigint NOT NULL,
  findings jsonb NOT NULL,
  outcomes jsonb NOT NULL
)`;

/** What audits came to. */
export const auditMigrations: readonly Migration[] = [{ name: '2026-11-28-audits', sql: createAudits }];

/** What the last whole audit came to, for those who ask later. */
export interface LastAudit extends Pick<AuditReport, 'documents' | 'findings' | 'outcomes'> {
  readonly finishedAt: string;
  readonly repair: boolean;
}

/** One audit among those that are kept. */
export interface AuditSummary extends LastAudit {
  readonly startedAt: string;
  /** Null if all namespaces were looked at. */
  readonly namespace: string | null;
}

/** Results that are kept; older ones go when a new one comes. */
export const auditsKeptMax = 100;
const insertAudit = `
INSERT INTO penstock.audits (started_at, finished_at, repair, namespace, documents, findings, outcomes)
VALUES (to_timestamp($1::float8 / 1000), to_timestamp($2::float8 / 1000), $3, $4, $5, $6, $7)`;
const deleteOld = `
DELETE FROM penstock.audits WHERE id <= (SELECT max(id) FROM penstock.audits) - $1`;
const selectLast = `
SELECT finished_at, repair, documents, findings, outcomes FROM penstock.audits
WHERE namespace IS NULL ORDER BY id DESC LIMIT 1`;
const selectNewest = `
SELECT started_at, finished_at, repair, namespace, documents, findings, outcomes FROM penstock.audits
WHERE $2::text[] IS NULL OR namespace = ANY ($2) ORDER BY id DESC LIMIT $1`;

export async function keepReport(
  pool: Pool,
  report: AuditReport,
  { repair, namespace }: { readonly repair: boolean; readonly namespace: string | undefined },
): Promise<void> {
  const { startedAtMs, finishedAtMs, documents, findings, outcomes } = report;
  const values = [startedAtMs, finishedAtMs, repair, namespace ?? null, documents];
  try {
    await pool.query(insertAudit, [...values, JSON.stringify(findings), JSON.stringify(outcomes)]);
    await pool.query(deleteOld, [auditsKeptMax]);
  } catch (error) {
    throw postgresFailure(error);
  }
}

/** The last audit of all namespaces, or undefined if there was none. */
export async function readLastAudit(pool: Pool): Promise<LastAudit | undefined> {
  try {
    const { rows } = await pool.query<Omit<LastAudit, 'finishedAt'> & { finished_at: Date }>(selectLast);
    const [row] = rows;
    if (row === undefined) return undefined;
    const { finished_at: finishedAt, ...rest } = row;
    return { finishedAt: finishedAt.toISOString(), ...rest };
  } catch (error) {
    throw postgresFailure(error);
  }
}

type AuditRecord = Omit<AuditSummary, 'startedAt' | 'finishedAt'> & {
  readonly started_at: Date;
  readonly finished_at: Date;
};

/** Answers what audits came to. */
export class AuditReader {
  constructor(private readonly pool: Pool) {}

  /** Newest first: all, or those of some namespaces alone. @throws TransientFailure if the database is away. */
  async list(namespaces: readonly string[] | undefined, limit: number): Promise<AuditSummary[]> {
    const records = await rowsOf<AuditRecord>(this.pool, selectNewest, [limit, namespaces ?? null]);
    return records.map(({ started_at: startedAt, finished_at: finishedAt, ...rest }) => ({
      ...{ startedAt: startedAt.toISOString(), finishedAt: finishedAt.toISOString() },
      ...rest,
    }));
  }
}
