import type { JSX } from 'preact';

import type { Ingestion } from '../api/types.js';
import { useConsole } from '../hooks/console-context.js';
import { useLoad } from '../hooks/use-load.js';
import { CancelButton } from '../parts/cancel-button.js';
import { FailurePanel } from '../parts/failure-panel.js';
import { IngestionFacts } from '../parts/ingestion-facts.js';
import { ProblemNote } from '../parts/problem-note.js';
import { StateChip } from '../parts/state-chip.js';
import { StepLine } from '../parts/step-line.js';
import { StoreCards } from '../parts/store-cards.js';
import { TimelineTable } from '../parts/timeline-table.js';
import { momentText } from '../view/format.js';
import { tookText } from '../view/ingestion-story.js';
import { hrefOf } from '../view/routes.js';
import { isOver, statusMeanings } from '../view/status.js';

/** One ingestion: where it is or what became of it, in the stages and in the four stores, and why. */
export function IngestionPage({ id }: { readonly id: string }): JSX.Element {
  const { client, live } = useConsole();
  const { data, problem, reload } = useLoad((signal) => client.ingestion(id, signal), id, live.pulse);
  if (data === undefined) {
    return (
      <>
        <h1>Ingestion</h1>
        {problem === undefined ? <p class="quiet">Reading…</p> : <ProblemNote problem={problem} onAgain={reload} />}
      </>
    );
  }
  return (
    <>
      <Heading ingestion={data} />
      <ProblemNote problem={problem} onAgain={reload} />
      {data.error !== null && <FailurePanel ingestion={data} error={data.error} />}
      {data.waiting !== null && (
        <p class="note">
          Calls to models wait since {momentText(data.waiting.since)}: {data.waiting.message} ({data.waiting.reason}).
        </p>
      )}
      {data.sameAs !== null && (
        <p class="note">
          It says the same as <a href={hrefOf('ingestions', data.sameAs)}>the version that is live</a>.
        </p>
      )}
      {data.kind === 'ingestion' && <StepLine ingestion={data} />}
      <StoreCards ingestion={data} />
      <IngestionFacts ingestion={data} />
      <TimelineTable lines={data.timeline} />
      {!isOver(data.status) && data.kind === 'ingestion' && data.error === null && (
        <CancelButton id={id} onCancelled={reload} />
      )}
    </>
  );
}

function Heading({ ingestion }: { readonly ingestion: Ingestion }): JSX.Element {
  const { namespace, documentId, title, version, kind, status, submittedAt } = ingestion;
  const took = tookText(ingestion);
  return (
    <div class="heading">
      <h1>{title ?? documentId}</h1>
      <p class="state">
        <StateChip state={status} /> {statusMeanings[status]}
      </p>
      <p class="quiet">
        <a href={hrefOf('ingestions', undefined, { namespace, documentId })}>{documentId}</a> in {namespace},{' '}
        {kind === 'retraction' ? 'deletion' : `version ${version}`}, submitted {momentText(submittedAt)}
        {took === null ? '' : `, took ${took}`}
      </p>
    </div>
  );
}
