import type { JSX } from 'preact';

import type { RequestProblem } from '../api/problem.js';

/** What went wrong, and a way to try again. */
export function ProblemNote({
  problem,
  onAgain,
}: {
  readonly problem: RequestProblem | undefined;
  readonly onAgain?: () => void;
}): JSX.Element | null {
  if (problem === undefined) return null;
  return (
    <div class="note bad" role="alert">
      <p>
        {problem.message} <span class="quiet">({problem.reason})</span>
      </p>
      {onAgain && (
        <button type="button" onClick={onAgain}>
          Try again
        </button>
      )}
    </div>
  );
}
