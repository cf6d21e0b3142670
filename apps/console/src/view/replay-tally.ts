import type { LetterSummary, Replayed, ReplayedMany } from '../api/types.js';
import { countOf } from './format.js';

/** What came of replaying many dead letters, as far as that is known. */
export interface ReplayTally {
  readonly replayed: readonly Replayed[];
  /** Letters that stay as they are, each with what a person calls it and why. */
  readonly refused: readonly { readonly id: string; readonly name: string; readonly message: string }[];
}

export const nothingReplayed: ReplayTally = { replayed: [], refused: [] };

/** What a letter is called, on the screen and by ear. Pure, like all of this file. */
export function letterName({
  documentId,
  topic,
  partition,
  offset,
}: Pick<LetterSummary, 'documentId' | 'topic' | 'partition' | 'offset'>): string {
  return documentId ?? `the record ${topic}/${partition} at ${offset}`;
}

/** With an answer of the API on top. A letter that is on no page that was read is called by its id. */
export function tallied(
  before: ReplayTally,
  { items, refused }: Pick<ReplayedMany, 'items' | 'refused'>,
  letters: readonly LetterSummary[],
): ReplayTally {
  const nameOf = (id: string): string => {
    const letter = letters.find((one) => one.id === id);
    return letter === undefined ? id : letterName(letter);
  };
  return {
    replayed: [...before.replayed, ...items],
    refused: [...before.refused, ...refused.map(({ id, message }) => ({ id, name: nameOf(id), message }))],
  };
}

/** One sentence, for the screen and for whoever listens. */
export function tallyText({ replayed, refused }: ReplayTally, isRunning: boolean): string {
  const done = `${countOf(replayed.length, 'letter')} replayed`;
  const left = refused.length === 0 ? '' : `, ${refused.length} refused`;
  return isRunning ? `${done}${left}, going on…` : `${done}${left}.`;
}

/** Letters that can be chosen: what was replayed once can't be again. */
export function openLetters(letters: readonly LetterSummary[]): LetterSummary[] {
  return letters.filter(({ replayedAt }) => replayedAt === null);
}

/** A choice with one more in it, or one less. */
export function toggled(chosen: ReadonlySet<string>, id: string): Set<string> {
  const others = new Set([...chosen].filter((one) => one !== id));
  return chosen.has(id) ? others : others.add(id);
}
