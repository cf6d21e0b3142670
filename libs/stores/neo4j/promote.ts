import { oneSourceRelations, oneTargetRelations } from '#events';
import { TransientFailure } from '#failure';
import type { IngestionRef, PromoteResult } from '#stores/port';

import * as cypher from './cypher.js';
import { mergeFacts, removeFacts } from './fact-statements.js';
import { closeContradicted } from './fact-times.js';
import { ingestionRow, noTime, separator } from './mapping.js';
import { markIngestions } from './mark-ingestions.js';
import { decidePromotion, type Promotion } from './promotion.js';
import { lockAndRead } from './read-markers.js';
import { describeSpellings, joinSpellings, lockGraph, type LockedGraph } from './spellings.js';
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
  const locked = await lockGraph(run, { promoted: ids, removed: replaced });
  const [, episodes] = await Promise.all([
    run(cypher.describeEntities, { promoted: ids }),
    run(cypher.createEpisodes, { promoted: ids }),
    run(cypher.createMentions, { promoted: ids, separator }),
    run(mergeFacts, { promoted: ids, noTime }),
    ...removal(run, replaced),
    settleGraph(run, locked),
  ]);
  const created = episodes[0]?.['created'];
  if (created === ids.length) return;
  const message = `neo4j: ${ids.length} ingestions are to be live but only ${String(created)} are stored`;
  throw new TransientFailure(message, { reason: 'pending-missing' });
}

/** Derives what hangs on no single episode: which names are one entity, and which facts have ended. */
export async function settleGraph(run: Run, locked: LockedGraph): Promise<void> {
  const joined = await joinSpellings(run, locked);
  const entities = joined.left.map(({ uuid }) => uuid);
  await Promise.all([describeSpellings(run, locked, joined), closeFacts(run, entities)]);
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
