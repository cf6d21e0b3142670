import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';

import type { Neighbourhood } from '../api/types.js';
import {
  pictureHeight,
  pictureOf,
  pictureWidth,
  relationText,
  type PlacedEntity,
  type PlacedLink,
} from '../view/graph-layout.js';

const nameCharsMax = 22;

/** Entities as dots, facts as lines; a click or Enter moves to another entity. */
export function GraphDrawing({
  graph,
  title,
  onEntity,
}: {
  readonly graph: Neighbourhood;
  readonly title: string;
  readonly onEntity: (entity: PlacedEntity) => void;
}): JSX.Element {
  const { entities, links } = useMemo(() => pictureOf(graph), [graph]);
  return (
    <svg
      class="drawing"
      viewBox={`0 0 ${pictureWidth} ${pictureHeight}`}
      role="group"
      aria-label={`Graph around ${title}; the list below says the same`}
    >
      {links.map((link) => (
        <Link key={link.key} link={link} />
      ))}
      {entities.map((entity) => (
        <Dot key={entity.uuid} entity={entity} onChoose={() => onEntity(entity)} />
      ))}
    </svg>
  );
}

function Link({ link: { from, to, relations } }: { readonly link: PlacedLink }): JSX.Element {
  const [first = ''] = relations;
  const label = relationText(first) + (relations.length > 1 ? ` +${relations.length - 1}` : '');
  return (
    <g class="link">
      <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
      <text x={(from.x + to.x) / 2} y={(from.y + to.y) / 2 - 3}>
        {label}
      </text>
    </g>
  );
}

function Dot({ entity, onChoose }: { readonly entity: PlacedEntity; onChoose(): void }): JSX.Element {
  const { name, x, y, distance } = entity;
  const shown = name.length > nameCharsMax ? `${name.slice(0, nameCharsMax - 1)}…` : name;
  const choose = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onChoose();
  };
  return (
    <g
      class={distance === 0 ? 'dot middle' : 'dot'}
      role="button"
      // In SVG names of attributes are told apart by their case.
      tabindex={0}
      aria-label={`Look around ${name}`}
      onClick={onChoose}
      onKeyDown={choose}
    >
      <circle cx={x} cy={y} r={distance === 0 ? 11 : 8} />
      <text x={x} y={y + 25}>
        {shown}
      </text>
    </g>
  );
}
