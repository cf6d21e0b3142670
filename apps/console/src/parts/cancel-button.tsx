import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { RequestProblem } from '../api/problem.js';
import { useConsole } from '../hooks/console-context.js';
import { ProblemNote } from './problem-note.js';

/** Gives up an ingestion that is not decided yet; asks once more before it does. */
export function CancelButton({ id, onCancelled }: { readonly id: string; onCancelled(): void }): JSX.Element {
  const { client } = useConsole();
  const [isSure, setSure] = useState(false);
  const [problem, setProblem] = useState<RequestProblem>();
  const cancel = (): void => void client.cancel(id).then(onCancelled, setProblem);
  return (
    <section aria-label="Cancel">
      <ProblemNote problem={problem} />
      <button type="button" class="danger" onClick={isSure ? cancel : () => setSure(true)}>
        {isSure ? 'Yes, undo it in all four stores' : 'Cancel this ingestion'}
      </button>
    </section>
  );
}
