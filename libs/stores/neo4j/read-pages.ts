import type { Driver } from 'neo4j-driver';

import type { FoundIngestion, Leftover, Page, Tombstone } from '#stores/auditor';

import * as cypher from './audit-cypher.js';
import { streamRows, type Row } from './stream-rows.js';

/** A page of one kind of thing, then of the next: the cursor says which, and after what. */
interface Position {
  readonly kind: number;
  readonly after: string;
}

interface PageRequest {
  readonly cursor: string | undefined;
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Ingestions with episodes, then those with pending parts. */
export async function scanIngestions(driver: Driver, request: PageRequest): Promise<Page<FoundIngestion>> {
  const { rows, next } = await readPage(driver, [cypher.scanEpisodes, cypher.scanParts], request);
  return { items: rows.map((row) => ({ ingestionId: String(row['ingestionId']), document: documentOf(row) })), next };
}

/** Facts with episodes that are gone, then entities that no episode mentions. */
export async function scanLeftovers(driver: Driver, request: PageRequest): Promise<Page<Leftover>> {
  const { rows, next, kind } = await readPage(driver, [cypher.scanFacts, cypher.scanEntities], request);
  const lone = rows.filter((row) => row['lone'] === true);
  const items = lone.map((row) => ({
    kind: kind === 0 ? ('fact' as const) : ('entity' as const),
    id: String(row['id']),
    namespace: String(row['namespace'] ?? ''),
  }));
  return { items, next };
}

/** Tombstones of ingestions, then markers of documents that nothing needs. */
export async function readTombstones(driver: Driver, beforeMs: number, request: PageRequest): Promise<Page<Tombstone>> {
  const { rows, next } = await readPage(driver, [cypher.oldTombstones, cypher.idleDocuments], request, beforeMs);
  const items = rows.map((row) => ({
    document: { namespace: String(row['namespace']), documentId: String(row['documentId']) },
    ingestionId: (row['ingestionId'] ?? undefined) as string | undefined,
  }));
  return { items, next };
}

async function readPage(
  driver: Driver,
  questions: readonly [string, string],
  { cursor, limit, signal }: PageRequest,
  before = 0,
): Promise<{ rows: Row[]; next: string | undefined; kind: number }> {
  const { kind, after } = (cursor === undefined ? { kind: 0, after: '' } : JSON.parse(cursor)) as Position;
  const question = kind === 0 ? questions[0] : questions[1];
  const rows: Row[] = [];
  for await (const row of streamRows(driver, question, { after, limit, before }, signal)) rows.push(row);
  const full = rows.length === limit;
  const position = full ? { kind, after: rows.at(-1)?.['id'] } : { kind: 1, after: '' };
  return { rows, kind, next: full || kind === 0 ? JSON.stringify(position) : undefined };
}

function documentOf({ namespace, documentId }: Row): FoundIngestion['document'] {
  if (typeof namespace !== 'string' || typeof documentId !== 'string') return undefined;
  return { namespace, documentId };
}
