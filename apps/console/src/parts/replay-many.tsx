import type { JSX } from 'preact';

import type { LetterQuery, LetterSummary } from '../api/types.js';
import type { Replays } from '../hooks/use-replays.js';
import { countOf } from '../view/format.js';
import { openLetters, tallyText, type ReplayTally } from '../view/replay-tally.js';
import { hrefOf } from '../view/routes.js';
import { ProblemNote } from './problem-note.js';

interface ReplayManyParts {
  readonly letters: readonly LetterSummary[];
  readonly filter: LetterQuery;
  readonly chosen: ReadonlySet<string>;
  readonly onChosen: (ids: ReadonlySet<string>) => void;
  readonly replays: Replays;
}

/** Chooses all letters that are shown, and replays the chosen ones, or whatever fits the filter. */
export function ReplayMany({ letters, filter, chosen, onChosen, replays }: ReplayManyParts): JSX.Element {
  const open = openLetters(letters);
  const picked = open.filter(({ id }) => chosen.has(id));
  const isAll = open.length > 0 && picked.length === open.length;
  const { tally, isRunning, problem } = replays;
  return (
    <section class="replay-many" aria-label="Replay many">
      <div class="actions">
        <label class="pick">
          <input
            type="checkbox"
            checked={isAll}
            indeterminate={picked.length > 0 && !isAll}
            disabled={open.length === 0}
            onChange={() => onChosen(new Set(isAll ? [] : open.map(({ id }) => id)))}
          />
          Select all shown
        </label>
        <button
          type="button"
          class="primary"
          disabled={isRunning || picked.length === 0}
          onClick={() => replays.chosen(picked)}
        >
          Replay selected{picked.length > 0 && ` (${picked.length})`}
        </button>
        {Object.keys(filter).length > 0 && (
          <button
            type="button"
            disabled={isRunning || open.length === 0}
            onClick={() => replays.matching(filter, letters)}
          >
            Replay all that match
          </button>
        )}
      </div>
      <p role="status">{tally && tallyText(tally, isRunning)}</p>
      {tally && !isRunning && <Outcome tally={tally} />}
      <ProblemNote problem={problem} />
    </section>
  );
}

const linesMax = 20;

/** What each replay began, and why others were refused. */
function Outcome({ tally: { replayed, refused } }: { readonly tally: ReplayTally }): JSX.Element | null {
  if (replayed.length + refused.length === 0) return null;
  const hidden = Math.max(0, replayed.length - linesMax) + Math.max(0, refused.length - linesMax);
  return (
    <ul class="plain">
      {refused.slice(0, linesMax).map(({ id, name, message }) => (
        <li key={id}>
          <strong>{name}</strong>: {message}
        </li>
      ))}
      {replayed.slice(0, linesMax).map(({ id, documentId, ingestionId }) => (
        <li key={id}>
          {ingestionId === null ? (
            `${documentId ?? 'a record'}: sent again as it was`
          ) : (
            <a href={hrefOf('ingestions', ingestionId)}>{documentId ?? ingestionId}: see what became of it</a>
          )}
        </li>
      ))}
      {hidden > 0 && <li class="quiet">and {countOf(hidden, 'other')}</li>}
    </ul>
  );
}
