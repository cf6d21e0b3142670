import type { EmbeddingModel } from '#models';

import type { ComparedBy, LeftOut } from './answer.js';
import type { Plan, Way } from './plan-route.js';

/** Ways that compare by meaning. Words and the graph need no vectors of a model. */
const byMeaning: readonly Way[] = ['semantic', 'hybrid'];

/** Null if nothing was compared by meaning: no way of the plan does so, or those that do were left out. */
export function comparedBy(
  { ways }: Pick<Plan, 'ways'>,
  leftOut: readonly Pick<LeftOut, 'way'>[],
  { id: model, dimensions }: Pick<EmbeddingModel, 'id' | 'dimensions'>,
): ComparedBy | null {
  const compared = ways.some(({ way }) => byMeaning.includes(way) && !leftOut.some((one) => one.way === way));
  return compared ? { model, dimensions } : null;
}
