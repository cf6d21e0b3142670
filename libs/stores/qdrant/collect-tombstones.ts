import { documentKey, parseDocumentKey } from '#events';
import type { FoundIngestion, Page, Tombstone } from '#stores/auditor';

import { documentMarkerId, ingestionMarkerId, type MarkerPayload } from './markers.js';
import { anyOf, is } from './operations.js';
import { documentsWithMarkers } from './repair-points.js';
import type { Filter, Session } from './session.js';

interface Position {
  readonly kind: 'first' | 'second';
  readonly offset?: string;
}

function positionOf(cursor: string | undefined): Position {
  return cursor === undefined ? { kind: 'first' } : (JSON.parse(cursor) as Position);
}

function nextOf({ kind }: Position, offset: string | undefined): string | undefined {
  if (offset !== undefined) return JSON.stringify({ kind, offset });
  return kind === 'first' ? JSON.stringify({ kind: 'second' }) : undefined;
}

/** Ingestions with points: those of the documents first, then those of the chunks. */
export async function scanPoints(
  session: Session,
  cursor: string | undefined,
  limit: number,
): Promise<Page<FoundIngestion>> {
  const at = positionOf(cursor);
  const { documents, chunks } = session.collections;
  const collection = at.kind === 'first' ? documents : chunks;
  const fields = ['namespace', 'document_id', 'ingestion_id'];
  const { payloads, next } = await session.page(collection, { limit, offset: at.offset, fields });
  const found = new Map<string, FoundIngestion>();
  for (const { namespace, document_id: documentId, ingestion_id: id } of payloads) {
    const isKnown = typeof namespace === 'string' && typeof documentId === 'string';
    const document = isKnown ? { namespace, documentId } : undefined;
    found.set(`${String(id)} ${String(namespace)}/${String(documentId)}`, { ingestionId: String(id), document });
  }
  return { items: [...found.values()], next: nextOf(at, next) };
}

const isSettled: Filter = { must_not: [anyOf('state', ['pending', 'live'])] };
const oldIngestion = (beforeMs: number): Filter => ({
  must: [is('kind', 'ingestion'), { key: 'at', range: { lt: beforeMs } }, isSettled],
});
const idleDocument = (beforeMs: number): Filter => ({
  must: [is('kind', 'document'), is('live_ingestion', ''), { key: 'touched_at', range: { lt: beforeMs } }],
});

/** Tombstones of ingestions, then markers of documents that nothing needs. */
export async function readTombstones(
  session: Session,
  beforeMs: number,
  { cursor, limit }: { readonly cursor: string | undefined; readonly limit: number },
): Promise<Page<Tombstone>> {
  const at = positionOf(cursor);
  const filter = at.kind === 'first' ? oldIngestion(beforeMs) : idleDocument(beforeMs);
  const { payloads, next } = await session.page(session.collections.state, { limit, offset: at.offset, filter });
  const markers = payloads as unknown as MarkerPayload[];
  const tombstones = markers.map((marker) => ({
    document: parseDocumentKey(marker.document),
    ingestionId: marker.kind === 'ingestion' ? marker.ingestion_id : undefined,
  }));
  const items = at.kind === 'first' ? tombstones : await idle(session, tombstones);
  return { items, next: nextOf(at, next) };
}

async function idle(session: Session, tombstones: readonly Tombstone[]): Promise<Tombstone[]> {
  if (tombstones.length === 0) return [];
  const needed = await documentsWithMarkers(
    session,
    tombstones.map(({ document }) => document),
  );
  return tombstones.filter(({ document }) => !needed.has(documentKey(document)));
}

/** The age is part of the deletion's own filter. A retraction that meets a marker just then makes it anew. */
export async function forget(session: Session, tombstones: readonly Tombstone[], beforeMs: number): Promise<number> {
  const ingestions = tombstones.flatMap(({ ingestionId }) => ingestionId ?? []).map(ingestionMarkerId);
  const documents = await idle(
    session,
    tombstones.filter(({ ingestionId }) => ingestionId === undefined),
  );
  const ids = [...ingestions, ...documents.map(({ document }) => documentMarkerId(document))];
  const before = (await session.markers(ids)).length;
  await session.apply(session.collections.state, [
    { delete: { filter: { must: [{ has_id: ids }, { should: [oldIngestion(beforeMs), idleDocument(beforeMs)] }] } } },
  ]);
  return before - (await session.markers(ids)).length;
}
