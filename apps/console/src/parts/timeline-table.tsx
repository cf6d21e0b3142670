import type { JSX } from 'preact';

import type { TimelineLine } from '../api/types.js';
import { shownLines } from '../view/timeline.js';

/** The whole history, oldest first. */
export function TimelineTable({ lines }: { readonly lines: readonly TimelineLine[] }): JSX.Element {
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <ol class="timeline">
        {shownLines(lines).map(({ time, since, title, detail, tone }, i) => (
          <li key={i} class={tone}>
            <span class="time">{time}</span>
            <span class="since">{since}</span>
            <span class="event">
              <strong>{title}</strong>
              {detail !== '' && <span class="detail">{detail}</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
