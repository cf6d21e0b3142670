import type { JSX } from 'preact';

import type { Ingestion } from '../api/types.js';
import { stepsOf, type Step } from '../view/ingestion-story.js';

const stateWords: Readonly<Record<Step['state'], string>> = {
  done: 'done',
  now: 'now',
  open: 'not reached',
  broken: 'given up',
};

/** The way of a document through the stages, and where on it this one is. */
export function StepLine({ ingestion }: { readonly ingestion: Ingestion }): JSX.Element {
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">Stages</h2>
      <ol class="steps">
        {stepsOf(ingestion).map(({ title, state, note }) => (
          <li key={title} class={state} aria-current={state === 'now' ? 'step' : undefined}>
            <strong>{title}</strong>
            <span class="unseen">{stateWords[state]}</span>
            <small>{note}</small>
          </li>
        ))}
      </ol>
    </section>
  );
}
