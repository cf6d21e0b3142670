import { Fragment, type JSX } from 'preact';

import type { Neighbourhood } from '../api/types.js';
import { hrefOf } from '../view/routes.js';
import { statedBy } from '../view/stated-by.js';

/** Which live documents state a fact, each leading to its page. */
export function FactDocuments({ fact }: { readonly fact: Neighbourhood['facts'][number] }): JSX.Element | null {
  const { named, more } = statedBy(fact);
  if (named.length === 0) return null;
  return (
    <span class="said-by">
      from{' '}
      {named.map(({ name, ingestionId }, i) => (
        <Fragment key={ingestionId}>
          {i > 0 && ', '}
          <a href={hrefOf('ingestions', ingestionId)}>{name}</a>
        </Fragment>
      ))}
      {more > 0 && ` and ${more} more`}
    </span>
  );
}
