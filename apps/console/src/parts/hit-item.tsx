import type { JSX } from 'preact';

import type { Hit, KnownEntity } from '../api/types.js';
import { placeText, segmentsOf } from '../view/citation.js';
import { hrefOf } from '../view/routes.js';
import { EntityChips } from './entity-chips.js';

const entitiesMax = 6;

/** One passage, what it is cited by, and what it speaks of. */
export function HitItem({
  hit,
  chosen,
  onEntity,
}: {
  readonly hit: Hit;
  readonly chosen: KnownEntity | undefined;
  readonly onEntity: (entity: KnownEntity) => void;
}): JSX.Element {
  return (
    <li class="hit">
      <p class="snippet">
        {segmentsOf(hit.snippet).map(({ text, isHighlighted }, i) =>
          isHighlighted ? <mark key={i}>{text}</mark> : <span key={i}>{text}</span>,
        )}
      </p>
      <p class="cite">
        <a href={hrefOf('ingestions', hit.ingestionId)}>{hit.title ?? hit.documentId}</a>, {placeText(hit)}
        <span class="quiet"> · version {hit.version}</span>
      </p>
      <EntityChips entities={hit.entities.slice(0, entitiesMax)} chosen={chosen} onEntity={onEntity} />
    </li>
  );
}
