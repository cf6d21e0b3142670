import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { RequestProblem } from '../api/problem.js';
import type { LetterSummary } from '../api/types.js';
import { useConsole } from '../hooks/console-context.js';
import { hrefOf } from '../view/routes.js';
import { ProblemNote } from './problem-note.js';

/** Tries a dead letter again, once, and leads to the ingestion that begins with that. */
export function ReplayButton({
  letter,
  onReplayed,
}: {
  readonly letter: Pick<LetterSummary, 'id' | 'replayedAt' | 'replayIngestionId'>;
  onReplayed(): void;
}): JSX.Element {
  const { client } = useConsole();
  const [isAsked, setAsked] = useState(false);
  const [problem, setProblem] = useState<RequestProblem>();
  const replay = (): void => {
    setAsked(true);
    setProblem(undefined);
    client.replay(letter.id).then(onReplayed, (told: RequestProblem) => {
      setAsked(false);
      setProblem(told);
    });
  };
  if (letter.replayedAt !== null) {
    const { replayIngestionId: id } = letter;
    return <span>replayed{id !== null && <a href={hrefOf('ingestions', id)}> – see what became of it</a>}</span>;
  }
  return (
    <>
      <button type="button" class="primary" disabled={isAsked} onClick={replay}>
        Replay
      </button>
      <ProblemNote problem={problem} />
    </>
  );
}
