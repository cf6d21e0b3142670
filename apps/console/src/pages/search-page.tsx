import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { KnownEntity, SearchAnswer } from '../api/types.js';
import { useConsole } from '../hooks/console-context.js';
import { useLoad } from '../hooks/use-load.js';
import { FilterChoice, FilterField, FilterForm } from '../parts/filter-form.js';
import { EntityChips } from '../parts/entity-chips.js';
import { GraphPanel } from '../parts/graph-panel.js';
import { HitItem } from '../parts/hit-item.js';
import { ProblemNote } from '../parts/problem-note.js';
import { countOf } from '../view/format.js';

const modes = ['auto', 'hybrid', 'semantic', 'keyword', 'graph', 'metadata'];

/** Asks what is live, shows each answer with its place, and what lies around the entities in it. */
export function SearchPage({ query }: { readonly query: Readonly<Record<string, string>> }): JSX.Element {
  const { question = '', namespace = 'default', mode = 'auto' } = query;
  const about = JSON.stringify([question, namespace, mode]);
  return (
    <>
      <h1>Search</h1>
      <FilterForm page="search" action="Search">
        <FilterField name="question" title="Question" value={question} isWide />
        <FilterField name="namespace" title="Namespace" value={namespace} />
        <FilterChoice
          name="mode"
          title="Looks"
          value={mode}
          choices={modes.map((one) => [one, one === 'auto' ? 'as the question asks' : one] as const)}
        />
      </FilterForm>
      {question === '' ? (
        <p class="empty">Ask something about the documents that are live.</p>
      ) : (
        <Answer key={`answer ${about}`} question={question} namespace={namespace} mode={mode} />
      )}
    </>
  );
}

interface Asked {
  readonly question: string;
  readonly namespace: string;
  readonly mode: string;
}

function Answer({ question, namespace, mode }: Asked): JSX.Element {
  const { client } = useConsole();
  const load = (signal: AbortSignal): Promise<SearchAnswer> =>
    client.search({ query: question, namespace, mode }, signal);
  const { data, problem, reload } = useLoad(load, 'answer');
  const [chosen, setChosen] = useState<KnownEntity>();
  if (data === undefined) {
    return problem ? <ProblemNote problem={problem} onAgain={reload} /> : <p class="quiet">Looking…</p>;
  }
  const known = entitiesOf(data);
  const entity = chosen ?? known[0];
  return (
    <div class="answer">
      <section aria-labelledby="hits">
        <h2 id="hits">{data.hits.length === 0 ? 'Nothing found' : countOf(data.hits.length, 'passage')}</h2>
        <p class="quiet">
          {data.route} search, {Math.round(data.tookMs)} ms{data.cached ? ', kept from before' : ''}
          {data.leftOut.map(({ way, reason }) => ` · ${way} left out: ${reason}`)}
        </p>
        <ol class="hits">
          {data.hits.map((hit) => (
            <HitItem key={`${hit.ingestionId} ${hit.seq}`} hit={hit} chosen={entity} onEntity={setChosen} />
          ))}
        </ol>
      </section>
      {entity && (
        <section aria-labelledby="graph">
          <h2 id="graph">Around {entity.name}</h2>
          <EntityChips entities={known} chosen={entity} onEntity={setChosen} />
          <GraphPanel key={entity.uuid} namespace={namespace} entity={entity} onEntity={setChosen} />
        </section>
      )}
    </div>
  );
}

const chipsMax = 12;

/** What the question names first, then what the passages speak of; each once. */
function entitiesOf({ entities, hits }: SearchAnswer): KnownEntity[] {
  const all = [...entities, ...hits.flatMap((hit) => hit.entities)];
  return all.filter(({ uuid }, i) => all.findIndex((one) => one.uuid === uuid) === i).slice(0, chipsMax);
}
