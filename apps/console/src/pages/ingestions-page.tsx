import type { JSX } from 'preact';

import type { IngestionQuery, IngestionStatus, IngestionSummary } from '../api/types.js';
import { useConsole } from '../hooks/console-context.js';
import { usePages, type ListPage } from '../hooks/use-pages.js';
import { FilterChoice, FilterField, FilterForm } from '../parts/filter-form.js';
import { ProblemNote } from '../parts/problem-note.js';
import { StateChip } from '../parts/state-chip.js';
import { agoText } from '../view/format.js';
import { hrefOf } from '../view/routes.js';
import { stateText, statuses } from '../view/status.js';

/** All ingestions, newest first, by namespace, document and status. */
export function IngestionsPage({ query }: { readonly query: Readonly<Record<string, string>> }): JSX.Element {
  const about = JSON.stringify(query);
  return (
    <>
      <h1>Ingestions</h1>
      <FilterForm page="ingestions">
        <FilterChoice
          name="status"
          title="Status"
          value={query['status'] ?? ''}
          choices={[['', 'any'], ...statuses.map((status) => [status, stateText(status)] as const)]}
        />
        <FilterField name="namespace" title="Namespace" value={query['namespace']} />
        <FilterField name="documentId" title="Document" value={query['documentId']} />
      </FilterForm>
      <IngestionList key={`list ${about}`} filter={query as IngestionQuery} />
    </>
  );
}

function IngestionList({ filter }: { readonly filter: IngestionQuery }): JSX.Element {
  const { client, live } = useConsole();
  const load = (cursor: string | undefined, signal?: AbortSignal): Promise<ListPage<IngestionSummary>> =>
    client.ingestions({ ...filter, ...(cursor === undefined ? {} : { cursor }) }, signal);
  const { items, problem, reload, more } = usePages(load, ({ ingestionId }) => ingestionId, live.pulse);
  return (
    <>
      <ProblemNote problem={problem} onAgain={reload} />
      {items?.length === 0 && <Nothing status={filter.status} />}
      {items && items.length > 0 && <IngestionTable items={items} />}
      {more && (
        <button type="button" onClick={more}>
          Show older ones
        </button>
      )}
    </>
  );
}

function Nothing({ status }: { readonly status: IngestionStatus | undefined }): JSX.Element {
  return (
    <p class="empty">
      No ingestion {status === undefined ? 'yet' : `is ${stateText(status)}`}.{' '}
      <a href={hrefOf('upload')}>Upload a document</a>
    </p>
  );
}

function IngestionTable({ items }: { readonly items: readonly IngestionSummary[] }): JSX.Element {
  return (
    <table class="list">
      <thead>
        <tr>
          <th scope="col">Document</th>
          <th scope="col">Status</th>
          <th scope="col">Namespace</th>
          <th scope="col">Why</th>
          <th scope="col">Changed</th>
        </tr>
      </thead>
      <tbody>
        {items.map((one) => (
          <tr key={one.ingestionId}>
            <th scope="row">
              <a href={hrefOf('ingestions', one.ingestionId)}>{one.title ?? one.documentId}</a>{' '}
              <small>
                {one.title !== null && one.title !== one.documentId && `${one.documentId} · `}
                {one.kind === 'retraction' ? 'deletion' : `version ${one.version}`}
              </small>
            </th>
            <td data-title="Status">
              <StateChip state={one.status} />
            </td>
            <td data-title="Namespace">{one.namespace}</td>
            <td data-title="Why" class="why">
              {one.error === null ? '' : `${one.error.role}: ${one.error.reason}`}
            </td>
            <td data-title="Changed" class="time">
              <time dateTime={one.updatedAt}>{agoText(one.updatedAt, Date.now())}</time>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
