import type { StoreCounts, TokenUsage } from '#events';

import { withEmbedding, withExtraction } from './made-with.js';
import { rowStatus } from './row-status.js';
import {
  newRow,
  storeProgress,
  type IngestionError,
  type LedgerEvent,
  type LedgerRow,
  type ModelTokens,
  type PartStep,
  type StoreProgress,
} from './ledger-row.js';

/**
 * The ledger's transition: total over all events. An event only ever adds to what is known (maxima, sums, flags), and
 * the status follows from what is known, so the order of events does not matter, except that who gave up first is the
 * cause: a document's requests lie in one partition of one topic, and the stores obeyed the first. Sums need each event
 * once: the caller leaves out those it has seen.
 */
export function next(row: LedgerRow | undefined, event: LedgerEvent): LedgerRow {
  const known = row ?? rowOf(event);
  const learnt = learn(known, event);
  return concluded({ ...learnt, updatedAtMs: Math.max(known.updatedAtMs, eventTimeMs(event)) });
}

/** A newer version took the place of this one in a store. */
export function nextReplaced(row: LedgerRow, atMs: number): LedgerRow {
  return concluded({ ...row, replaced: true, updatedAtMs: Math.max(row.updatedAtMs, atMs) });
}

/** All stores removed the document up to this version or a later one. */
export function nextRetracted(row: LedgerRow, atMs: number): LedgerRow {
  const covered = row.concludedAtMs === null || row.status === 'live';
  return covered ? concluded({ ...row, retracted: true, updatedAtMs: Math.max(row.updatedAtMs, atMs) }) : row;
}

/** What is known of the bytes of a submission that says the same as the live version. */
export type SameContent = Pick<LedgerRow, 'sha256' | 'sizeBytes' | 'mediaType' | 'stagingRef'> & {
  readonly sameAs: string;
};

/** The live version has this content already: no stage and no store has anything to do. */
export function nextUnchanged(row: LedgerRow, content: SameContent, atMs: number): LedgerRow {
  const stores = { neo4j: 'unchanged', postgres: 'unchanged', qdrant: 'unchanged', redis: 'unchanged' } as const;
  return concluded({ ...settled(row, atMs), ...content, staged: true, stores, updatedAtMs: atMs });
}

/** When what the event says happened. */
export function eventTimeMs(event: LedgerEvent): number {
  switch (event.type) {
    case 'DocumentStaged':
      return event.payload.stagedAt;
    case 'DocumentParsed':
      return event.payload.parsedAt;
    case 'DocumentExtracted':
      return event.payload.extractedAt;
    case 'DocumentEmbedded':
      return event.payload.embeddedAt;
    case 'StoreWritten':
      return event.payload.writtenAt;
    case 'CompensationRequested':
      return event.payload.requestedAt;
    case 'DocumentRetracted':
    case 'StoreRetracted':
      return event.payload.retractedAt;
    case 'StorePromoted':
      return event.payload.promotedAt;
    case 'StoreCompensated':
      return event.payload.compensatedAt;
  }
}

function rowOf({ type, payload }: LedgerEvent): LedgerRow {
  const retraction = type === 'DocumentRetracted' || type === 'StoreRetracted';
  return newRow({ ...payload, kind: retraction ? 'retraction' : 'ingestion' });
}

function learn(row: LedgerRow, event: LedgerEvent): LedgerRow {
  switch (event.type) {
    case 'DocumentStaged':
      return { ...withSource(row, event.payload), staged: true };
    case 'DocumentParsed':
      return withPart(withSource(row, event.payload), 'parsed', event.payload);
    case 'DocumentExtracted':
      return withExtraction(withPart(withSource(row, event.payload), 'extracted', event.payload), event.payload);
    case 'DocumentEmbedded': {
      const { embeddingModel: model, dimensions, tokens } = event.payload;
      const known = withPart(withSource(row, event.payload), 'embedded', event.payload);
      return { ...withEmbedding(known, { model, dimensions }), tokens: sumTokens(row.tokens, tokens) };
    }
    case 'StoreWritten':
      return { ...withStore(row, event.payload.store, 'written'), counts: largest(row.counts, event.payload.counts) };
    case 'CompensationRequested':
      return { ...row, error: row.error ?? errorOf(event.payload) };
    case 'DocumentRetracted':
      return { ...row, submittedAtMs: event.payload.retractedAt };
    case 'StorePromoted':
      return settled(withStore(row, event.payload.store, 'live'), event.payload.promotedAt);
    case 'StoreCompensated':
      return settled(
        withStore(row, event.payload.store, outcomeOf(event.payload.outcome)),
        event.payload.compensatedAt,
      );
    case 'StoreRetracted':
      return settled(withStore(row, event.payload.store, 'retracted'), event.payload.retractedAt);
  }
}

/** The status that follows, and the first conclusion with its moment; none goes back. */
function concluded(row: LedgerRow): LedgerRow {
  const { status, stage, over } = rowStatus(row);
  const givenUp = status === 'rolled_back' || status === 'failed';
  const concludedAtMs = row.concludedAtMs ?? (over ? (row.settledAtMs ?? row.updatedAtMs) : null);
  const concludedAs = row.concludedAs ?? (over ? status : null);
  return { ...row, status, stage, concludedAtMs, concludedAs, error: over && !givenUp ? null : row.error };
}

type Source = Pick<LedgerRow, 'source' | 'location' | 'title' | 'mediaType' | 'sha256' | 'sizeBytes' | 'stagingRef'> & {
  readonly metadata: Readonly<Record<string, string>>;
  readonly submittedAt: number;
};

/** Later stages know no less than earlier ones; title and metadata may be found on the way, and then stay. */
function withSource(row: LedgerRow, payload: Source): LedgerRow {
  const { source, location, mediaType, sha256, sizeBytes, stagingRef, submittedAt } = payload;
  const title = payload.title ?? row.title;
  const metadata = { ...row.metadata, ...payload.metadata };
  const where = { source, location, title, mediaType, sha256, sizeBytes, stagingRef, metadata };
  return { ...row, ...where, submittedAtMs: submittedAt };
}

function withPart(row: LedgerRow, step: PartStep, payload: { parts: number; chunkCount: number }): LedgerRow {
  const { parts, chunkCount: chunks } = payload;
  const partsDone = { ...row.partsDone, [step]: row.partsDone[step] + 1 };
  return { ...row, parts, partsDone, counts: largest(row.counts, { ...row.counts, parts, chunks }) };
}

function withStore(row: LedgerRow, store: string, progress: StoreProgress): LedgerRow {
  const before = (row.stores as Readonly<Record<string, StoreProgress>>)[store];
  if (before === undefined || storeProgress.indexOf(before) >= storeProgress.indexOf(progress)) return row;
  return { ...row, stores: { ...row.stores, [store]: progress } };
}

function settled(row: LedgerRow, atMs: number): LedgerRow {
  return { ...row, settledAtMs: Math.max(row.settledAtMs ?? atMs, atMs) };
}

function outcomeOf(outcome: string): StoreProgress {
  return outcome === 'superseded' || outcome === 'retracted' ? outcome : 'rolled_back';
}

/** Stores count what they can (a cache counts no facts), so the largest count is the full one. */
function largest(a: Readonly<StoreCounts>, b: Readonly<StoreCounts>): StoreCounts {
  return {
    parts: Math.max(a.parts, b.parts),
    chunks: Math.max(a.chunks, b.chunks),
    entities: Math.max(a.entities, b.entities),
    facts: Math.max(a.facts, b.facts),
    mentions: Math.max(a.mentions, b.mentions),
  };
}

function sumTokens(
  before: Readonly<Record<string, ModelTokens>>,
  spent: readonly TokenUsage[],
): Record<string, ModelTokens> {
  const sums: Record<string, ModelTokens> = { ...before };
  for (const { model, promptTokens, completionTokens } of spent) {
    const sum = sums[model] ?? { prompt: 0, completion: 0 };
    sums[model] = { prompt: sum.prompt + promptTokens, completion: sum.completion + completionTokens };
  }
  return sums;
}

function errorOf(payload: {
  reason: string;
  message: string;
  requestedBy: string;
  requestedAt: number;
}): IngestionError {
  const { reason, message, requestedBy: role, requestedAt: atMs } = payload;
  return { reason, message, role, atMs };
}
