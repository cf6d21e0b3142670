import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { KnownEntity, Neighbourhood } from '../api/types.js';
import { useConsole } from '../hooks/console-context.js';
import { useLoad } from '../hooks/use-load.js';
import { relationText } from '../view/graph-layout.js';
import { FactDocuments } from './fact-documents.js';
import { GraphDrawing } from './graph-drawing.js';
import { ProblemNote } from './problem-note.js';

const depths = [1, 2, 3];

/** What lies around an entity: a picture, and the same in words. */
export function GraphPanel({
  namespace,
  entity,
  onEntity,
}: {
  readonly namespace: string;
  readonly entity: KnownEntity;
  readonly onEntity: (entity: KnownEntity) => void;
}): JSX.Element {
  const { client } = useConsole();
  const [depth, setDepth] = useState(1);
  const load = (signal: AbortSignal): Promise<Neighbourhood> => client.graph(namespace, entity.uuid, depth, signal);
  const { data, problem, reload } = useLoad(load, `${entity.uuid} ${depth}`);
  return (
    <div class="graph">
      <label class="depth">
        facts away{' '}
        <select value={depth} onChange={({ currentTarget }) => setDepth(Number(currentTarget.value))}>
          {depths.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <ProblemNote problem={problem} onAgain={reload} />
      {data && data.facts.length === 0 && <p class="empty">Nothing is said of it beside its name.</p>}
      {data && data.facts.length > 0 && (
        <>
          <GraphDrawing
            graph={data}
            title={entity.name}
            onEntity={({ uuid, name }) => onEntity({ uuid, name, type: '' })}
          />
          {data.cut && <p class="quiet">There is more; these are the facts that most documents state.</p>}
          <ul class="facts-said">
            {data.facts.map((fact) => (
              <li key={fact.uuid}>
                <strong>{fact.source}</strong> {relationText(fact.relation)} <strong>{fact.target}</strong>
                <span class="quiet">{fact.fact}</span>
                <FactDocuments fact={fact} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
