import { oneSourceRelations, oneTargetRelations } from '#events';
import { TransientFailure } from '#failure';
import type { IngestionRef, PromoteResult } from '#stores/port';

import * as cypher from './cypher.js';
import { mergeFacts, removeFacts } from './fact-statements.js';
import { closeContradicted } from './fact-times.js';
import { ingestionRow, noTime } from './mapping.js';
import { markIngestions } from './mark-ingestions.js';
import { decidePromotion, type Promotion } from './promotion.js';
import { lockAndRead } from './read-markers.js';
import type { Run } from './transaction.js';

/** Makes ingestions of different documents live, and removes what they replace. */
export async function promoteIn(run: Run, refs: readonly IngestionRef[]): Promise<PromoteResult[]> {
  const ingestions = refs.map(ingestionRow);
  const decision = decidePromotion(ingestions, await lockAndRead(run, ingestions));
  const refused = new Map(decision.refused.map(({ ingestionId, state }) => [ingestionId, state]));
  const promotedIds = new Set(decision.promoted.map(({ ingestionId }) => ingestionId));
  const changed = ingestions.filter(({ ingestionId }) => promotedIds.has(ingestionId) || refused.has(ingestionId));
  if (changed.length === 0) return [...decision.results];

  await materialise(run, decision);
  await Promise.all([
    run(cypher.removeParts, { ingestionIds: changed.map(({ ingestionId }) => ingestionId) }),
    markIngestions(
      run,
      changed.map((row) => ({ ...row, state: refused.get(row.ingestionId) ?? 'live' })),
    ),
    run(cypher.markStates, { states: decision.replaced.map((ingestionId) => ({ ingestionId, state: 'replaced' })) }),
    run(cypher.markLive, { promoted: decision.promoted }),
  ]);
  return [...decision.results];
}

/** The new version comes before the old one goes, so that entities of both are not made anew. */
async function materialise(run: Run, { promoted, replaced }: Promotion): Promise<void> {
  if (promoted.length === 0) return;
  const ids = promoted.map(({ ingestionId }) => ingestionId);
  const entities = await lockEntities(run, { promoted: ids, removed: replaced });
  const [, episodes] = await Promise.all([
    run(cypher.describeEntities, { promoted: ids }),
    run(cypher.createEpisodes, { promoted: ids }),
    run(cypher.createMentions, { promoted: ids }),
    run(mergeFacts, { promoted: ids, noTime }),
    ...removal(run, replaced),
    closeFacts(run, entities),
  ]);
  const created = episodes[0]?.['created'];
  if (created === ids.length) return;
  const message = `neo4j: ${ids.length} ingestions are to be live but only ${String(created)} are stored`;
  throw new TransientFailure(message, { reason: 'pending-missing' });
}

/** Locks the entities that ingestions to come or to go speak of. → their uuids */
export async function lockEntities(
  run: Run,
  ingestionIds: { readonly promoted: readonly string[]; readonly removed: readonly string[] },
): Promise<string[]> {
  return (await run(cypher.lockEntities, ingestionIds)).map(({ uuid }) => uuid as string);
}

/** Removes live episodes; their entities have to be locked. */
export function removal(run: Run, removed: readonly string[]): Promise<unknown>[] {
  return removed.length === 0 ? [] : [run(removeFacts, { removed, noTime }), run(cypher.removeEpisodes, { removed })];
}

/** Ends what later facts contradict and opens what none does any more, around entities that are locked. */
export function closeFacts(run: Run, entities: readonly string[]): Promise<unknown> {
  return run(closeContradicted, {
    entities,
    oneTarget: oneTargetRelations,
    oneSource: oneSourceRelations,
    noTime,
  });
}
