import { useState } from 'preact/hooks';

import { RequestProblem } from '../api/problem.js';
import type { LetterQuery, LetterSummary, ReplayedMany } from '../api/types.js';
import { nothingReplayed, tallied, type ReplayTally } from '../view/replay-tally.js';
import { useConsole } from './console-context.js';

export interface Replays {
  /** Undefined until something was replayed. */
  readonly tally: ReplayTally | undefined;
  readonly isRunning: boolean;
  /** What ended a run before its end; what the tally says was done is done. */
  readonly problem: RequestProblem | undefined;
  /** One after the other. */
  chosen(letters: readonly LetterSummary[]): void;
  /** All that were not replayed yet, page by page; names are looked up among the letters that are shown. */
  matching(filter: LetterQuery, shown: readonly LetterSummary[]): void;
}

const pageLetters = 50;

/** Replays many dead letters, and adds up what came of it. `onDone` is called at the end of each run. */
export function useReplays(onDone: () => void): Replays {
  const { client } = useConsole();
  const [tally, setTally] = useState<ReplayTally>();
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<RequestProblem>();
  const run = async (answers: AsyncIterable<ReplayedMany>, letters: readonly LetterSummary[]): Promise<void> => {
    setProblem(undefined);
    setRunning(true);
    let sum = nothingReplayed;
    setTally(sum);
    try {
      for await (const answer of answers) setTally((sum = tallied(sum, answer, letters)));
    } catch (told) {
      setProblem(told as RequestProblem);
    }
    setRunning(false);
    onDone();
  };
  async function* oneByOne(letters: readonly LetterSummary[]): AsyncGenerator<ReplayedMany> {
    for (const { id } of letters) {
      yield await client.replay(id).then((item) => ({ items: [item], refused: [] }), refusalOf(id));
    }
  }
  async function* pageByPage(filter: LetterQuery): AsyncGenerator<ReplayedMany> {
    let cursor: string | undefined;
    do {
      const page = await client.replayMany({ ...filter, limit: pageLetters, ...(cursor && { cursor }) });
      yield page;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }
  return {
    ...{ tally, isRunning, problem },
    chosen: (letters) => void run(oneByOne(letters), letters),
    matching: (filter, shown) => void run(pageByPage(filter), shown),
  };
}

/** A refusal does not hold up the other letters; those of one ingestion are replayed with the first of them. */
function refusalOf(id: string): (problem: unknown) => ReplayedMany {
  return (problem) => {
    if (!(problem instanceof RequestProblem) || problem.status !== 409) throw problem;
    const { reason, message } = problem;
    return { items: [], refused: reason === 'already-replayed' ? [] : [{ id, reason, message }] };
  };
}
