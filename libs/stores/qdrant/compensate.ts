import type { CompensateResult, IngestionRef } from '#stores/port';

import { markerIds, rememberedOf } from './markers.js';
import { compensateMarkers, removeIngestions } from './operations.js';
import type { Session } from './session.js';

/** Tombstones first, so that a late write finds them; then what carries the ingestionIds goes, also a second time. */
export async function compensate(
  session: Session,
  refs: readonly IngestionRef[],
  now: number,
): Promise<CompensateResult[]> {
  await session.apply(session.collections.state, compensateMarkers(refs, now));
  const remembered = rememberedOf(refs, await session.markers(markerIds(refs)));
  const stateOf = ({ ingestionId }: IngestionRef) => remembered.get(ingestionId)?.state ?? 'compensated';
  const isForeign = ({ ingestionId }: IngestionRef) => remembered.get(ingestionId)?.foreign === true;
  const undone = refs
    .filter((ref) => stateOf(ref) === 'compensated' && !isForeign(ref))
    .map(({ ingestionId }) => ingestionId);
  const chunks = await session.countChunks(undone);
  await session.applyToData(removeIngestions(undone));
  return refs.map((ref) => ({
    state: stateOf(ref),
    // Entities, facts and mentions are never here, and points don't say of which part they were.
    removed: { parts: 0, chunks: chunks.get(ref.ingestionId) ?? 0, entities: 0, facts: 0, mentions: 0 },
  }));
}
