import type { JSX } from 'preact';

import { outcomeShares } from '../view/board-view.js';
import { countText } from '../view/format.js';
import { hrefOf } from '../view/routes.js';
import { stateText, toneOf } from '../view/status.js';

/** What became of the newest ingestions. */
export function OutcomeBar({ recent }: { readonly recent: Readonly<Record<string, number>> }): JSX.Element | null {
  const shares = outcomeShares(recent);
  if (shares.length === 0) return null;
  const starts = shares.map((_, i) => shares.slice(0, i).reduce((sum, { share }) => sum + share, 0));
  return (
    <section aria-labelledby="outcomes">
      <h2 id="outcomes">The newest ingestions</h2>
      <svg class="outcomes" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
        {shares.map(({ status, share }, i) => (
          <rect key={status} class={toneOf(status)} x={(starts[i] ?? 0) * 100} y="0" width={share * 100} height="3" />
        ))}
      </svg>
      <ul class="legend">
        {shares.map(({ status }) => (
          <li key={status}>
            <a href={hrefOf('ingestions', undefined, { status })}>
              <span class={`swatch ${toneOf(status)}`} /> {countText(recent[status] ?? 0)} {stateText(status)}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
