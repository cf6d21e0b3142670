import type { JSX } from 'preact';

import type { AuditSummary } from '../api/types.js';
import { useConsole } from '../hooks/console-context.js';
import { useLoad } from '../hooks/use-load.js';
import { ProblemNote } from '../parts/problem-note.js';
import { countOf, momentText, spanText } from '../view/format.js';
import { stateText } from '../view/status.js';
import { storeTitle } from '../view/timeline.js';

/** What comparing the stores came to, newest first. */
export function AuditsPage(): JSX.Element {
  const { client } = useConsole();
  const { data, problem, reload } = useLoad((signal) => client.audits(signal), 'audits');
  return (
    <>
      <h1>Audits</h1>
      <p class="lead">
        An audit compares the four stores with each other and with the ledger. The janitor runs one now and then; so
        does <code>penstock audit</code>, which can also repair.
      </p>
      <ProblemNote problem={problem} onAgain={reload} />
      {data?.items.length === 0 && <p class="empty">No audit has run yet.</p>}
      <ul class="audits">
        {data?.items.map((audit) => (
          <AuditItem key={audit.startedAt} audit={audit} />
        ))}
      </ul>
    </>
  );
}

function AuditItem({ audit }: { readonly audit: AuditSummary }): JSX.Element {
  const { startedAt, finishedAt, documents, findings, outcomes, namespace, repair } = audit;
  const open = outcomes.found + outcomes.left;
  const isClean = findings.length === 0;
  return (
    <li class="panel">
      <div class="letter-head">
        <h2>
          <span class={`chip ${isClean ? 'good' : open > 0 ? 'bad' : 'quiet'}`}>
            {isClean ? 'nothing found' : open > 0 ? countOf(open, 'finding', 'findings') : 'healed'}
          </span>{' '}
          {countOf(documents, 'document')} in {namespace ?? 'all namespaces'}
        </h2>
        <time dateTime={finishedAt}>{momentText(finishedAt)}</time>
      </div>
      <p class="quiet">
        took {spanText(startedAt, finishedAt)}, {repair ? 'with repair' : 'only looked'}
      </p>
      {!isClean && (
        <table class="list">
          <thead>
            <tr>
              <th scope="col">Finding</th>
              <th scope="col">Store</th>
              <th scope="col">Times</th>
            </tr>
          </thead>
          <tbody>
            {findings.map(({ kind, store, count }) => (
              <tr key={`${kind} ${store}`}>
                <th scope="row">{stateText(kind.replaceAll('-', ' '))}</th>
                <td data-title="Store">{storeTitle(store)}</td>
                <td data-title="Times">{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </li>
  );
}
