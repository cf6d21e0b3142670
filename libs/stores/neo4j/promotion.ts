import type { IngestionState, PromoteResult } from '#stores/port';

import type { IngestionRow } from './mapping.js';

/** What the markers of an ingestion and of its document say. */
export interface Remembered {
  /** The ingestionId belongs to another document: nothing of it may be touched, and to this one it is compensated. */
  readonly foreign: boolean;
  readonly state: IngestionState | undefined;
  /** 0 if no version was ever live. */
  readonly liveVersion: number;
  /** Null if nothing is live now. */
  readonly liveIngestion: string | null;
  /** 0 if the document was never retracted. */
  readonly retractedThrough: number;
}

/** The state an ingestion gets when it is to be promoted; the one it has already if that is final. */
export function promotedState({ ingestionId, version }: IngestionRow, remembered: Remembered): IngestionState {
  const { liveVersion, liveIngestion } = remembered;
  if (remembered.state !== undefined && remembered.state !== 'pending') return remembered.state;
  if (version <= remembered.retractedThrough) return 'retracted';
  // Two ingestions of one version are ordered by their ids, so that all stores keep the same one.
  if (version === liveVersion) return ingestionId < (liveIngestion ?? '') ? 'superseded' : 'live';
  return version < liveVersion ? 'superseded' : 'live';
}

export interface Promotion {
  readonly results: readonly PromoteResult[];
  /** Ingestions whose pending parts become the graph now. */
  readonly promoted: readonly IngestionRow[];
  /** Ingestions whose episodes go. */
  readonly replaced: readonly string[];
  /** Ingestions whose pending parts go unused, with the reason. */
  readonly refused: readonly { readonly ingestionId: string; readonly state: IngestionState }[];
}

/** Decides over ingestions of different documents. */
export function decidePromotion(
  ingestions: readonly IngestionRow[],
  remembered: ReadonlyMap<string, Remembered>,
): Promotion {
  const decided = ingestions.map((row) => {
    const known = remembered.get(row.ingestionId) ?? unknown;
    const state = promotedState(row, known);
    const changes = state !== known.state;
    const replaced = changes && state === 'live' && known.liveIngestion !== null ? [known.liveIngestion] : [];
    return { row, state, changes, replaced };
  });
  const changed = decided.filter(({ changes }) => changes);
  return {
    results: decided.map(({ state, replaced }) => ({ state, replaced })),
    promoted: changed.filter(({ state }) => state === 'live').map(({ row }) => row),
    replaced: changed.flatMap(({ replaced }) => replaced),
    refused: changed
      .filter(({ state }) => state !== 'live')
      .map(({ row, state }) => ({ ingestionId: row.ingestionId, state })),
  };
}

const unknown: Remembered = {
  foreign: false,
  state: undefined,
  liveVersion: 0,
  liveIngestion: null,
  retractedThrough: 0,
};
