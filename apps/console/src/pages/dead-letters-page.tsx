import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { LetterQuery, LetterSummary } from '../api/types.js';
import { useConsole } from '../hooks/console-context.js';
import { useReplays } from '../hooks/use-replays.js';
import { usePages, type ListPage } from '../hooks/use-pages.js';
import { FilterField, FilterForm } from '../parts/filter-form.js';
import { LetterItem } from '../parts/letter-item.js';
import { ProblemNote } from '../parts/problem-note.js';
import { ReplayMany } from '../parts/replay-many.js';
import { toggled } from '../view/replay-tally.js';

/** Events that no retry could save, each with its reason and a way to try it again. */
export function DeadLettersPage({ query }: { readonly query: Readonly<Record<string, string>> }): JSX.Element {
  const filter = filterOf(query);
  const about = JSON.stringify(filter);
  return (
    <>
      <h1>Dead letters</h1>
      <p class="lead">
        What no retry could save is kept here, whole. A replay begins a new ingestion; answers of models that were paid
        for are not paid for again.
      </p>
      <FilterForm page="dead-letters">
        <FilterField name="stage" title="Given up by" value={filter.stage} />
        <FilterField name="reason" title="Reason" value={filter.reason} />
        <FilterField name="namespace" title="Namespace" value={filter.namespace} />
        <FilterField name="documentId" title="Document" value={filter.documentId} />
      </FilterForm>
      <LetterList key={`list ${about}`} filter={filter} />
    </>
  );
}

function LetterList({ filter }: { readonly filter: LetterQuery }): JSX.Element {
  const { client, live } = useConsole();
  const load = (cursor: string | undefined, signal?: AbortSignal): Promise<ListPage<LetterSummary>> =>
    client.letters({ ...filter, ...(cursor === undefined ? {} : { cursor }) }, signal);
  const waiting = live.board?.work?.deadLetters ?? 0;
  const { items, problem, reload, restart, more } = usePages(load, ({ id }) => id, waiting);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const replays = useReplays(() => (setChosen(new Set()), restart()));
  return (
    <>
      <ProblemNote problem={problem} onAgain={reload} />
      {items && items.length > 0 && (
        <ReplayMany letters={items} filter={filter} chosen={chosen} onChosen={setChosen} replays={replays} />
      )}
      {items?.length === 0 && <p class="empty">Nothing was given up.</p>}
      <ul class="letters">
        {items?.map((letter) => (
          <LetterItem
            key={letter.id}
            letter={letter}
            isChosen={chosen.has(letter.id)}
            onChosen={() => setChosen(toggled(chosen, letter.id))}
            onReplayed={reload}
          />
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

const filters = ['stage', 'reason', 'namespace', 'documentId'] as const;

/** What an address says of letters; whatever else stands there is no filter. */
function filterOf(query: Readonly<Record<string, string>>): LetterQuery {
  return Object.fromEntries(filters.flatMap((name) => (query[name] ? [[name, query[name]]] : [])));
}
