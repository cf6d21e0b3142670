import type { JSX } from 'preact';

import type { LetterSummary } from '../api/types.js';
import { agoText, bytesText, countOf, momentText } from '../view/format.js';
import { adviceFor } from '../view/reasons.js';
import { letterName } from '../view/replay-tally.js';
import { hrefOf } from '../view/routes.js';
import { ReplayButton } from './replay-button.js';

/** One dead letter: what, why, since when, and what tries it again, alone or with others. */
export function LetterItem({
  letter,
  isChosen,
  onChosen,
  onReplayed,
}: {
  readonly letter: LetterSummary;
  readonly isChosen: boolean;
  onChosen(): void;
  onReplayed(): void;
}): JSX.Element {
  const { documentId, namespace, ingestionId, stage, reason, message, failedAt, event, attempts } = letter;
  return (
    <li class={letter.replayedAt === null ? 'letter' : 'letter replayed'}>
      <div class="letter-head">
        {letter.replayedAt === null && (
          <input type="checkbox" aria-label={`Select ${letterName(letter)}`} checked={isChosen} onChange={onChosen} />
        )}
        <h2>
          {documentId === null ? (
            'A record that names no document'
          ) : ingestionId === null ? (
            documentId
          ) : (
            <a href={hrefOf('ingestions', ingestionId)}>{documentId}</a>
          )}
        </h2>
        <time dateTime={failedAt} title={momentText(failedAt)}>
          {agoText(failedAt, Date.now())}
        </time>
      </div>
      <p>
        <strong>{stage}</strong>: {message} <span class="quiet">({reason})</span>
      </p>
      <p>{adviceFor(reason, stage).remedy}</p>
      <p class="quiet">
        {namespace ?? 'no namespace'} · {event ?? 'not decodable'} from {letter.topic}/{letter.partition} at{' '}
        {letter.offset} · {bytesText(letter.sizeBytes)} · {countOf(attempts, 'attempt')}
        {letter.history.length > 0 && ` · failed ${countOf(letter.history.length, 'time')} before`}
      </p>
      <div class="actions">
        <ReplayButton letter={letter} onReplayed={onReplayed} />
      </div>
    </li>
  );
}
