import { documentKey, type DocumentEmbedded } from '#events';
import { PermanentFailure } from '#failure';
import type { IngestionRef, IngestionState, WriteOutcome } from '#stores/port';

import { chunkPoints, documentPoints, requestsOf, type Embedding, type Point } from './mapping.js';
import { markerIds, rememberedOf } from './markers.js';
import { changeState, insertIngestionMarkers, removeIngestions } from './operations.js';
import { pendingState } from './promotion.js';
import type { Session } from './session.js';

const requestBytesMax = 4 * 1024 * 1024;

/**
 * Stores the parts that no tombstone refuses. The fence is not in the atomic step of the write, so it is looked at
 * again afterwards: what a tombstone that came meanwhile should have refused is removed.
 */
export async function writePending(
  session: Session,
  parts: readonly DocumentEmbedded[],
  embedding: Embedding,
  now: number,
): Promise<WriteOutcome[]> {
  const documents = requestsOf(
    parts.flatMap((part) => documentPoints(part, embedding)),
    requestBytesMax,
  );
  const refs = [...new Map(parts.map((part) => [part.ingestionId, part])).values()].map(refOf);
  const before = await statesNow(session, refs);
  requireOwned(parts, refs, before.foreign);
  await session.apply(session.collections.state, insertIngestionMarkers([...before.states], now));
  // Of two documents that bring the same new id at once, the marker shows whose it is now, before there are points.
  if (before.hasNew) requireOwned(parts, refs, (await statesNow(session, refs)).foreign);

  const accepted = parts.filter(({ ingestionId }) => before.byId.get(ingestionId) === 'pending');
  const chunks = requestsOf(
    accepted.flatMap((part) => chunkPoints(part, embedding)),
    requestBytesMax,
  );
  const isAccepted = ({ payload }: Point): boolean => before.byId.get(String(payload['ingestion_id'])) === 'pending';
  const points = { documents: documents.map((some) => some.filter(isAccepted)), chunks };
  const ids = accepted.map(({ ingestionId }) => ingestionId);
  const after = await session.toTheEnd((own) => insertFenced(own, points, { ids, refs, now }));
  return parts.map(({ ingestionId }) => after.get(ingestionId) ?? 'pending');
}

interface Requests {
  readonly documents: readonly (readonly Point[])[];
  readonly chunks: readonly (readonly Point[])[];
}

/**
 * Inserts and looks at the fence again. A writer that loses its partition in between must not skip the look: its last
 * insert may arrive after its successor has undone the ingestion.
 */
async function insertFenced(
  session: Session,
  { documents, chunks }: Requests,
  { ids, refs, now }: { ids: readonly string[]; refs: readonly IngestionRef[]; now: number },
): Promise<ReadonlyMap<string, IngestionState>> {
  const { collections } = session;
  const inserts = [insert(session, collections.documents, documents), insert(session, collections.chunks, chunks)];
  const failed = (await Promise.allSettled(inserts)).find((outcome) => outcome.status === 'rejected');
  const after = await statesNow(session, refs);
  const late = ids.filter((id) => isTombstone(after.byId.get(id)));
  await remove(session, [...new Set(late)], after.byId, now);
  if (failed !== undefined) throw failed.reason;
  return after.byId;
}

function refOf({ namespace, documentId, ingestionId, version }: DocumentEmbedded): IngestionRef {
  return { namespace, documentId, ingestionId, version };
}

async function statesNow(session: Session, refs: readonly IngestionRef[]) {
  const remembered = rememberedOf(refs, await session.markers(markerIds(refs)));
  const states = refs.map((ref) => {
    const known = remembered.get(ref.ingestionId);
    return [ref, known === undefined ? 'pending' : pendingState(ref, known)] as const;
  });
  return {
    states,
    foreign: new Set(refs.map(({ ingestionId }) => ingestionId).filter((id) => remembered.get(id)?.foreign === true)),
    hasNew: [...remembered.values()].some(({ state }) => state === undefined),
    byId: new Map(states.map(([{ ingestionId }, state]) => [ingestionId, state])),
  };
}

/** @throws PermanentFailure if an ingestionId belongs to another document, or is used for two of the batch. */
function requireOwned(
  parts: readonly DocumentEmbedded[],
  refs: readonly IngestionRef[],
  foreign: ReadonlySet<string>,
): void {
  const owners = new Map(refs.map((ref) => [ref.ingestionId, documentKey(ref)]));
  const taken = parts.find(
    (part) => foreign.has(part.ingestionId) || owners.get(part.ingestionId) !== documentKey(part),
  );
  if (taken === undefined) return;
  const message = `ingestion ${taken.ingestionId} stands for another document`;
  throw new PermanentFailure(message, { reason: 'ingestion-id-taken' });
}

/** Points that are there stay as they are: a late pending write never hides what is live. */
async function insert(session: Session, collection: string, requests: readonly (readonly Point[])[]): Promise<void> {
  for (const points of requests) {
    if (points.length === 0) continue;
    await session.apply(collection, [{ upsert: { points: [...points], update_mode: 'insert_only' } }]);
  }
}

function isTombstone(state: IngestionState | undefined): boolean {
  return state !== undefined && state !== 'pending' && state !== 'live';
}

async function remove(
  session: Session,
  late: readonly string[],
  states: ReadonlyMap<string, IngestionState>,
  now: number,
): Promise<void> {
  const retracted = late.filter((ingestionId) => states.get(ingestionId) === 'retracted');
  await session.apply(session.collections.state, changeState(retracted, ['pending'], 'retracted', now));
  await session.applyToData(removeIngestions(late));
}
