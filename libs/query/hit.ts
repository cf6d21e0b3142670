import type { CitedPassage } from '#stores/reading';

/** What stands out in a passage: a cut of its text, and where in the cut the words of the query are. */
export interface Snippet {
  readonly text: string;
  /** Start and end in UTF-16 units of `text`, ascending. */
  readonly highlights: readonly (readonly [number, number])[];
}

/** One answer to a question. */
export interface Hit extends CitedPassage {
  readonly score: number;
  /** What each list that named the passage said: its rank from 1, and its score. */
  readonly scores: Readonly<Record<string, { readonly rank: number; readonly score: number }>>;
  readonly snippet: Snippet;
}
