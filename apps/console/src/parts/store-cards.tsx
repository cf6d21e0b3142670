import type { JSX } from 'preact';

import type { Ingestion } from '../api/types.js';
import { storesOf } from '../view/ingestion-story.js';
import { StateChip } from './state-chip.js';

/** What each of the four stores holds of it, or undid. */
export function StoreCards({ ingestion }: { readonly ingestion: Ingestion }): JSX.Element {
  return (
    <section aria-labelledby="stores">
      <h2 id="stores">Stores</h2>
      <div class="stores">
        {storesOf(ingestion).map(({ store, title, state, note, isCause }) => (
          <article key={store} class={isCause ? 'store cause' : 'store'} aria-label={title}>
            <header>
              <h3>{title}</h3>
              <StateChip state={state} />
            </header>
            {isCause && <p class="cause-note">Its writer gave it up</p>}
            <p>{note}</p>
          </article>
        ))}
      </div>
    </section>
  );
}
