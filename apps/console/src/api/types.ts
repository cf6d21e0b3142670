import type { AuditSummary } from '#audit';
import type { LetterPage } from '#dead-letters';
import type { IngestionDetail, IngestionPage, IngestionStatus } from '#ledger';

/** The API's own types, so that the console can't expect what the server doesn't send. Only types are taken. */
export type { Board, BoardStage } from '#board';
export type { AuditSummary } from '#audit';
export type { LetterSummary, Replayed, ReplayedMany } from '#dead-letters';
export type { IngestionStatus, IngestionSummary, TimelineLine } from '#ledger';
export type { Hit, KnownEntity, Neighbourhood, SearchAnswer } from '#query';

/** `GET /v1/ingestions/{id}`. */
export type Ingestion = IngestionDetail & {
  readonly cost: { readonly calls: number; readonly usd: number | null };
  readonly waiting: { readonly reason: string; readonly message: string; readonly since: string } | null;
};

/** What `POST /v1/documents` answers. */
export interface Accepted {
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
}

export interface IngestionQuery {
  readonly namespace?: string;
  readonly documentId?: string;
  readonly status?: IngestionStatus;
  readonly cursor?: string;
}

export interface LetterQuery {
  readonly namespace?: string;
  readonly documentId?: string;
  readonly reason?: string;
  readonly stage?: string;
  readonly cursor?: string;
}

/** Body of `POST /v1/dead-letters/replay`; it must name one of the filters. */
export type ReplayQuery = LetterQuery & { readonly limit: number };

export interface Question {
  readonly query: string;
  readonly namespace: string;
  readonly mode: string;
}

/** Answers that are lists. */
export interface Lists {
  readonly ingestions: IngestionPage;
  readonly letters: LetterPage;
  readonly audits: { readonly items: readonly AuditSummary[] };
}
