import { documentKey } from '#events';
import { TransientFailure } from '#failure';
import { isNewer, type IngestionRef, type IngestionState, type PromoteResult } from '#stores/port';

import { markerIds, rememberedOf, type IngestionMarker, type Remembered } from './markers.js';
import * as operations from './operations.js';
import { promotedState } from './promotion.js';
import type { Session } from './session.js';

type Decided = ReadonlyMap<string, IngestionState>;

interface Marked {
  readonly decided: Decided;
  readonly remembered: ReadonlyMap<string, Remembered>;
}

/**
 * Makes ingestions of different documents live. The markers decide first, by compare-and-set; then the points follow,
 * by steps that a second run repeats without harm. Last, what was replaced is marked: until then a run that died is
 * found by the marks it left. It may have died when a newer version was decided and not shown yet: that one is shown
 * before the older one goes, or there would be nothing to see until its own promotion comes again.
 */
export async function promote(session: Session, refs: readonly IngestionRef[], now: number): Promise<PromoteResult[]> {
  const before = await decide(session, refs);
  requireKnown(refs, before.remembered, before.decided);
  const { decided, remembered } = await claim(session, refs, { ...before, now });
  const live = refs.filter((ref) => decided.get(ref.ingestionId) === 'live');
  const replaced = await replacedBy(session, live);
  await session.applyToData([
    ...[...standing(refs, remembered), ...live].flatMap(operations.showVersion),
    ...operations.removeIngestions([
      ...[...replaced.values()].flat(),
      ...refs.filter(({ ingestionId }) => goes(ingestionId, decided, before.remembered)).map((ref) => ref.ingestionId),
    ]),
  ]);
  const own = refs.filter(({ ingestionId }) => before.remembered.get(ingestionId)?.foreign !== true);
  await session.apply(session.collections.state, marks(own, decided, [...replaced.values()].flat(), now));
  return refs.map(({ ingestionId }) => ({
    state: decided.get(ingestionId) ?? 'pending',
    replaced: replaced.get(ingestionId) ?? [],
  }));
}

async function decide(session: Session, refs: readonly IngestionRef[]): Promise<Marked> {
  const remembered = rememberedOf(refs, await session.markers(markerIds(refs)));
  const decided = new Map<string, IngestionState>();
  for (const ref of refs) {
    const known = remembered.get(ref.ingestionId);
    if (known !== undefined) decided.set(ref.ingestionId, promotedState(ref, known));
  }
  return { remembered, decided };
}

function requireKnown(
  refs: readonly IngestionRef[],
  remembered: ReadonlyMap<string, Remembered>,
  decided: Decided,
): void {
  const missing = refs.filter(
    ({ ingestionId }) => decided.get(ingestionId) === 'live' && remembered.get(ingestionId)?.state === undefined,
  );
  if (missing.length === 0) return;
  const message = `qdrant: ${missing.length} ingestions are to be live but nothing is stored of them`;
  throw new TransientFailure(message, { reason: 'pending-missing' });
}

/**
 * Claims the documents' markers until each ingestion has its own or another stands in its way. It goes round again only
 * if an ingestion of the same version and a lesser id came in between; each time the live id is a greater one.
 */
async function claim(
  session: Session,
  refs: readonly IngestionRef[],
  { decided: before, remembered: read, now }: Marked & { readonly now: number },
): Promise<Marked> {
  let [decided, remembered] = [before, read];
  let claiming = refs.filter(({ ingestionId }) => decided.get(ingestionId) === 'live');
  while (claiming.length > 0) {
    await session.apply(session.collections.state, claims(claiming, remembered, now));
    ({ decided, remembered } = await decide(session, refs));
    claiming = claiming.filter(
      ({ ingestionId }) =>
        decided.get(ingestionId) === 'live' && remembered.get(ingestionId)?.liveIngestion !== ingestionId,
    );
  }
  return { decided, remembered };
}

/** Versions that took the place of others, as the documents' markers have it; none that was retracted. */
function standing(refs: readonly IngestionRef[], remembered: ReadonlyMap<string, Remembered>): IngestionRef[] {
  return refs.flatMap(({ namespace, documentId, ingestionId: own }) => {
    const { liveIngestion = '', liveVersion = 0 } = remembered.get(own) ?? {};
    if (liveIngestion === '' || liveIngestion === own) return [];
    return [{ namespace, documentId, ingestionId: liveIngestion, version: liveVersion }];
  });
}

function claims(refs: readonly IngestionRef[], remembered: ReadonlyMap<string, Remembered>, now: number) {
  const ids = refs.map(({ ingestionId }) => ingestionId);
  return [
    ...operations.insertDocumentMarkers(refs, now),
    ...refs.map((ref) =>
      operations.claimLive(ref, remembered.get(ref.ingestionId) ?? { liveVersion: 0, liveIngestion: '' }),
    ),
    ...operations.changeState(ids, ['pending'], 'live', now),
  ];
}

/** Ingestions marked live that each promoted one leaves behind. */
async function replacedBy(session: Session, live: readonly IngestionRef[]): Promise<Map<string, string[]>> {
  if (live.length === 0) return new Map();
  const found = await session.findMarkers(operations.markersOf(live.map(documentKey), ['live']));
  const markers = found.filter((marker): marker is IngestionMarker => marker.kind === 'ingestion');
  return new Map(
    live.map((ref) => {
      const older = markers.filter((marker) => marker.document === documentKey(ref) && isOlder(marker, ref));
      return [ref.ingestionId, older.map((marker) => marker.ingestion_id)];
    }),
  );
}

function isOlder({ ingestion_id: ingestionId, version }: IngestionMarker, ref: IngestionRef): boolean {
  return isNewer(ref, { ingestionId, version });
}

/** Whether points of the ingestion may be there and have no right to; what was a tombstone before has none. */
function goes(ingestionId: string, decided: Decided, before: ReadonlyMap<string, Remembered>): boolean {
  const state = before.get(ingestionId)?.state;
  return decided.get(ingestionId) !== 'live' && (state === undefined || state === 'pending' || state === 'live');
}

function marks(refs: readonly IngestionRef[], decided: Decided, replaced: readonly string[], now: number) {
  const refused = refs.filter(({ ingestionId }) => decided.get(ingestionId) !== 'live');
  const undecided: IngestionState[] = ['pending', 'live'];
  return [
    ...operations.insertIngestionMarkers(
      refused.map((ref) => [ref, decided.get(ref.ingestionId) ?? 'superseded']),
      now,
    ),
    ...refused.flatMap(({ ingestionId }) =>
      operations.changeState([ingestionId], undecided, decided.get(ingestionId) ?? 'superseded', now),
    ),
    ...operations.changeState(replaced, undecided, 'replaced', now),
  ];
}
