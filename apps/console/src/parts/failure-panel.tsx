import type { JSX } from 'preact';

import type { Ingestion, LetterSummary } from '../api/types.js';
import { useConsole } from '../hooks/console-context.js';
import { useLoad } from '../hooks/use-load.js';
import { adviceFor } from '../view/reasons.js';
import { hrefOf } from '../view/routes.js';
import { ReplayButton } from './replay-button.js';

/** Who gave an ingestion up and why, in words, and what brings the document live. */
export function FailurePanel({
  ingestion,
  error,
}: {
  readonly ingestion: Ingestion;
  readonly error: NonNullable<Ingestion['error']>;
}): JSX.Element {
  const { meaning, remedy } = adviceFor(error.reason, error.role);
  return (
    <section class="panel failure" aria-labelledby="why">
      <h2 id="why">{error.role} gave it up</h2>
      <p class="message">{error.message}</p>
      <p>
        {meaning} <span class="quiet">({error.reason})</span>
      </p>
      <p>
        <strong>What helps:</strong> {remedy}
      </p>
      <LetterOf ingestion={ingestion} />
    </section>
  );
}

/** The dead letter that the ingestion left, if it left one. */
function LetterOf({ ingestion }: { readonly ingestion: Ingestion }): JSX.Element {
  const { client, live } = useConsole();
  const { ingestionId, namespace, documentId } = ingestion;
  const load = async (signal: AbortSignal): Promise<LetterSummary | null> => {
    const { items } = await client.letters({ namespace, documentId }, signal);
    const own = items.filter((one) => one.ingestionId === ingestionId);
    return own.find(({ replayedAt }) => replayedAt !== null) ?? own[0] ?? null;
  };
  const { data: letter, reload } = useLoad(load, ingestionId, live.pulse);
  return (
    <div class="actions">
      {letter && <ReplayButton letter={letter} onReplayed={reload} />}
      <a class="button" href={hrefOf('upload', undefined, { namespace, documentId })}>
        Upload it again
      </a>
      {letter === null && <span class="quiet">It left no dead letter, so it can’t be replayed.</span>}
    </div>
  );
}
