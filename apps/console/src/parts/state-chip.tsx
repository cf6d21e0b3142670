import type { JSX } from 'preact';

import { stateText, statusMeanings, toneOf } from '../view/status.js';

/** A status as a coloured word; the word says all that the colour does. */
export function StateChip({ state }: { readonly state: string }): JSX.Element {
  const meaning = Object.hasOwn(statusMeanings, state)
    ? statusMeanings[state as keyof typeof statusMeanings]
    : undefined;
  return (
    <span class={`chip ${toneOf(state)}`} title={meaning}>
      {stateText(state)}
    </span>
  );
}
