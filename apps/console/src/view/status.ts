import type { IngestionStatus } from '../api/types.js';

/** How a state looks: its colour says how much it wants attention. */
export type Tone = 'good' | 'bad' | 'busy' | 'quiet';

const statusTones: Readonly<Record<IngestionStatus, Tone>> = {
  submitted: 'busy',
  staged: 'busy',
  parsed: 'busy',
  extracted: 'busy',
  writing: 'busy',
  live: 'good',
  rolled_back: 'bad',
  failed: 'bad',
  superseded: 'quiet',
  unchanged: 'quiet',
  retracted: 'quiet',
};

/** What each status means, for whoever sees it for the first time. */
export const statusMeanings: Readonly<Record<IngestionStatus, string>> = {
  submitted: 'accepted; the stager fetches its bytes next',
  staged: 'its bytes are in staging; the parser reads them next',
  parsed: 'it is text now; the extractor looks for entities and facts',
  extracted: 'its entities and facts are known; the embedder makes vectors',
  writing: 'the four writers store it, invisibly, and wait for each other',
  live: 'in all four stores, and seen by everyone who asks',
  rolled_back: 'one writer could not store it, so every store undid it',
  failed: 'it could not be read or processed; nothing of it is in any store',
  superseded: 'a newer version of the document took its place',
  unchanged: 'it says what the live version says already; nothing was done',
  retracted: 'the document was deleted from all four stores',
};

export const statuses = Object.keys(statusTones) as IngestionStatus[];

/** The tone of a status or of a store's state. Pure. */
export function toneOf(state: string): Tone {
  if (state === 'pending' || state === 'written') return 'busy';
  return statusTones[state as IngestionStatus] ?? 'quiet';
}

/** Whether nothing more will happen to it. */
export function isOver(status: IngestionStatus): boolean {
  return toneOf(status) !== 'busy';
}

/** `rolled_back` as people write it. */
export function stateText(state: string): string {
  return state.replaceAll('_', ' ');
}
