import type { ComponentChildren, JSX } from 'preact';

import type { Board } from '../api/types.js';
import { countText, durationText } from '../view/format.js';
import { hrefOf } from '../view/routes.js';

/** What is open, at a glance. */
export function BoardNumbers({ work }: { readonly work: NonNullable<Board['work']> }): JSX.Element {
  const { open, outbox, deadLetters, stuck, breakers } = work;
  const outboxNote =
    outbox.refused > 0
      ? `${countText(outbox.refused)} refused by the log`
      : outbox.rows > 0
        ? `the oldest for ${durationText(outbox.ageSeconds * 1000)}`
        : 'everything is sent';
  return (
    <section class="numbers" aria-label="Open work">
      <Number value={open} title="documents on their way">
        <a href={hrefOf('ingestions')}>all ingestions</a>
      </Number>
      <Number value={outbox.rows} title="waiting to be sent" isBad={outbox.refused > 0}>
        {outboxNote}
      </Number>
      <Number value={deadLetters} title="dead letters" isBad={deadLetters > 0}>
        {deadLetters > 0 ? <a href={hrefOf('dead-letters')}>see why, and replay</a> : 'nothing was given up'}
      </Number>
      {stuck.count > 0 && (
        <Number value={stuck.count} title="stuck past their deadline" isBad>
          {stuck.oldest.map(({ ingestionId, documentId }) => (
            <a key={ingestionId} href={hrefOf('ingestions', ingestionId)}>
              {documentId}
            </a>
          ))}
        </Number>
      )}
      {breakers.stores.length > 0 && (
        <Number value={breakers.stores.length} title="stores that are not called" isBad>
          {breakers.stores.map(({ dependency, reason }) => `${dependency}: ${reason}`).join(', ')}
        </Number>
      )}
    </section>
  );
}

function Number({
  value,
  title,
  isBad = false,
  children,
}: {
  readonly value: number;
  readonly title: string;
  readonly isBad?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class={isBad ? 'number bad' : 'number'}>
      <strong>{countText(value)}</strong>
      <span>{title}</span>
      <small>{children}</small>
    </div>
  );
}
