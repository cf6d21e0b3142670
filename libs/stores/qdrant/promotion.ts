import type { IngestionRef, IngestionState } from '#stores/port';

import type { Remembered } from './markers.js';

/** The state a pending write finds: a tombstone of the ingestion or of its document refuses it. */
export function pendingState({ version }: IngestionRef, remembered: Remembered): IngestionState {
  const { state, retractedThrough } = remembered;
  if (state !== undefined && state !== 'pending') return state;
  return version <= retractedThrough ? 'retracted' : 'pending';
}

/**
 * The state an ingestion gets when it is to be promoted. One that is marked live already is decided again: a crash may
 * have come between its mark and the rest.
 */
export function promotedState({ ingestionId, version }: IngestionRef, remembered: Remembered): IngestionState {
  const { state, liveVersion, liveIngestion, retractedThrough } = remembered;
  if (state !== undefined && state !== 'pending' && state !== 'live') return state;
  if (version <= retractedThrough) return 'retracted';
  // Two ingestions of one version are ordered by their ids, so that all stores keep the same one.
  if (version > liveVersion || (version === liveVersion && ingestionId >= liveIngestion)) return 'live';
  return state === 'live' ? 'replaced' : 'superseded';
}
