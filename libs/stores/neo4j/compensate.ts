import type { StoreCounts } from '#events';
import type { CompensateResult, IngestionRef, IngestionState } from '#stores/port';

import { countParts, removeParts } from './cypher.js';
import { ingestionRow } from './mapping.js';
import { markIngestions } from './mark-ingestions.js';
import { lockAndRead } from './read-markers.js';
import type { Run } from './transaction.js';

const nothing: StoreCounts = { parts: 0, chunks: 0, entities: 0, facts: 0, mentions: 0 };

/** Removes the pending parts of ingestions that are not decided and leaves their tombstones. */
export async function compensateIn(run: Run, refs: readonly IngestionRef[]): Promise<CompensateResult[]> {
  const ingestions = refs.map(ingestionRow);
  const remembered = await lockAndRead(run, ingestions);
  const stateOf = (ingestionId: string): IngestionState => {
    const state = remembered.get(ingestionId)?.state ?? 'pending';
    return state === 'pending' ? 'compensated' : state;
  };
  const undone = ingestions.filter(
    ({ ingestionId }) => stateOf(ingestionId) === 'compensated' && remembered.get(ingestionId)?.foreign !== true,
  );
  const ingestionIds = undone.map(({ ingestionId }) => ingestionId);
  const [counted] = await Promise.all([
    run(countParts, { ingestionIds }),
    run(removeParts, { ingestionIds }),
    markIngestions(
      run,
      undone.map((row) => ({ ...row, state: 'compensated' })),
    ),
  ]);
  const removed = new Map(counted.map(({ ingestionId, ...counts }) => [ingestionId, counts as unknown as StoreCounts]));
  return ingestions.map(({ ingestionId }) => ({
    state: stateOf(ingestionId),
    removed: removed.get(ingestionId) ?? nothing,
  }));
}
