import { oneSourceRelations, oneTargetRelations } from '#events';
import { classify, TransientFailure } from '#failure';
import type { FactIndex, Scope } from '#stores/reading';

import type { LeftOut } from './answer.js';
import type { Hit } from './hit.js';
import { within } from './within.js';

/** Relations of which a later fact ends an earlier one. */
const ending = new Set([...oneTargetRelations, ...oneSourceRelations]);

const isOver = new TransientFailure('the times have come, or had their time', { reason: 'aborted' });

export interface DatedHits {
  readonly hits: Hit[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * A hit's facts come from PostgreSQL with the times that its document states; that another document ended one is known
 * to the graph alone. Those that can be ended so take their times from there, where the graph knows them already.
 */
export async function dateFacts(
  hits: readonly Hit[],
  index: Pick<FactIndex, 'times'>,
  { budgetMs, ...scope }: Pick<Scope, 'namespace' | 'signal'> & { readonly budgetMs: number },
): Promise<DatedHits> {
  const uuids = hits.flatMap(({ facts }) =>
    facts.filter(({ relation }) => ending.has(relation)).map(({ uuid }) => uuid),
  );
  if (uuids.length === 0) return { hits: [...hits], leftOut: [] };
  const over = new AbortController();
  const signal = AbortSignal.any([scope.signal, over.signal]);
  try {
    const times = await within(index.times([...new Set(uuids)], { ...scope, signal }), budgetMs, signal);
    const dated = hits.map((hit) => ({
      ...hit,
      facts: hit.facts.map((fact) => ({ ...fact, ...times.get(fact.uuid) })),
    }));
    return { hits: dated, leftOut: [] };
  } catch (error) {
    return { hits: [...hits], leftOut: [{ way: 'times', stores: ['neo4j'], reason: classify(error).reason }] };
  } finally {
    over.abort(isOver);
  }
}
