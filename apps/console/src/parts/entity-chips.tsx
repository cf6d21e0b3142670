import type { JSX } from 'preact';

import type { KnownEntity } from '../api/types.js';

/** Entities to look around. */
export function EntityChips({
  entities,
  chosen,
  onEntity,
}: {
  readonly entities: readonly KnownEntity[];
  readonly chosen: KnownEntity | undefined;
  readonly onEntity: (entity: KnownEntity) => void;
}): JSX.Element | null {
  if (entities.length === 0) return null;
  return (
    <ul class="entities">
      {entities.map((entity) => (
        <li key={entity.uuid}>
          <button type="button" aria-pressed={entity.uuid === chosen?.uuid} onClick={() => onEntity(entity)}>
            {entity.name} <small>{entity.type}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}
