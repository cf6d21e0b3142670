import type { JSX } from 'preact';

import type { LetterQuery, LetterSummary } from '../api/types.js';
import { useConsole } from '../hooks/console-context.js';
import { usePages, type ListPage } from '../hooks/use-pages.js';
import { FilterField, FilterForm } from '../parts/filter-form.js';
import { LetterItem } from '../parts/letter-item.js';
import { ProblemNote } from '../parts/problem-note.js';

/** Events that no retry could save, each with its reason and a way to try it again. */
export function DeadLettersPage({ query }: { readonly query: Readonly<Record<string, string>> }): JSX.Element {
  const about = JSON.stringify(query);
  return (
    <>
      <h1>Dead letters</h1>
      <p class="lead">
        What no retry could save is kept here, whole. A replay begins a new ingestion; answers of models that were paid
        for are not paid for again.
      </p>
      <FilterForm page="dead-letters">
        <FilterField name="stage" title="Given up by" value={query['stage']} />
        <FilterField name="reason" title="Reason" value={query['reason']} />
        <FilterField name="namespace" title="Namespace" value={query['namespace']} />
        <FilterField name="documentId" title="Document" value={query['documentId']} />
      </FilterForm>
      <LetterList key={`list ${about}`} filter={query} />
    </>
  );
}

function LetterList({ filter }: { readonly filter: LetterQuery }): JSX.Element {
  const { client, live } = useConsole();
  const load = (cursor: string | undefined, signal?: AbortSignal): Promise<ListPage<LetterSummary>> =>
    client.letters({ ...filter, ...(cursor === undefined ? {} : { cursor }) }, signal);
  const waiting = live.board?.work?.deadLetters ?? 0;
  const { items, problem, reload, more } = usePages(load, ({ id }) => id, waiting);
  return (
    <>
      <ProblemNote problem={problem} onAgain={reload} />
      {items?.length === 0 && <p class="empty">Nothing was given up.</p>}
      <ul class="letters">
        {items?.map((letter) => (
          <LetterItem key={letter.id} letter={letter} onReplayed={reload} />
        ))}
      </ul>
      {more && (
        <button type="button" onClick={more}>
          Show older ones
        </button>
      )}
    </>
  );
}
