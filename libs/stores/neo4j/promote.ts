import { oneSourceRelations, oneTargetRelations } from '#events';
import { TransientFailure } from '#failure';
import type { IngestionRef, PromoteResult } from '#stores/port';

import { createMeanings, removeMeanings } from './family-statements.js';
import * as cypher from './cypher.js';
import { mergeFacts, removeFacts } from './fact-statements.js';
import { closeContradicted } from './fact-times.js';
import { ingestionRow, noTime, separator } from './mapping.js';
import { markIngestions } from './mark-ingestions.js';
import { decidePromotion, type Promotion } from './promotion.js';
import { lockAndRead } from './read-markers.js';
import { describeSpellings, joinSpellings, lockGraph, type LockedGraph } from './spellings.js';
import type { Run } from './transaction.js';

/** The relations of which a later fact ends an earlier one. */
const exclusive = { oneTarget: oneTargetRelations, oneSource: oneSourceRelations };

type Stated = Awaited<ReturnType<Run>>;

/** Makes ingestions of different documents live, and removes what they replace. */
export async function promoteIn(run: Run, refs: readonly IngestionRef[]): Promise<PromoteResult[]> {
  const ingestions = refs.map(ingestionRow);
  const decision = decidePromotion(ingestions, await lockAndRead(run, ingestions));
  const refused = new Map(decision.refused.map(({ ingestionId, state }) => [ingestionId, state]));
  const promotedIds = new Set(decision.promoted.map(({ ingestionId }) => ingestionId));
  const changed = ingestions.filter(({ ingestionId }) => promotedIds.has(ingestionId) || refused.has(ingestionId));
  if (changed.length === 0) return [...decision.results];

  await materialise(run, decision);
  const replaced = decision.replaced.map((ingestionId) => ({ ingestionId, state: 'replaced' }));
  await Promise.all([
    run(cypher.removeParts, { ingestionIds: changed.map(({ ingestionId }) => ingestionId) }),
    markIngestions(
      run,
      changed.map((row) => ({ ...row, state: refused.get(row.ingestionId) ?? 'live' })),
    ),
    replaced.length > 0 && run(cypher.markStates, { states: replaced }),
    run(cypher.markLive, { promoted: decision.promoted }),
  ]);
  return [...decision.results];
}

/** The new version comes before the old one goes, so that entities of both are not made anew. */
async function materialise(run: Run, { promoted, replaced }: Promotion): Promise<void> {
  if (promoted.length === 0) return;
  const ids = promoted.map(({ ingestionId }) => ingestionId);
  const locked = await lockGraph(run, { promoted: ids, removed: replaced });
  const described = run(cypher.describeEntities, { promoted: ids });
  const created = run(cypher.createEpisodes, { promoted: ids });
  const mentioned = run(cypher.createMentions, { promoted: ids, separator });
  const meant = run(createMeanings, { promoted: ids, separator });
  const stated = run(mergeFacts, { promoted: ids, noTime, ...exclusive });
  const removed = removal(run, replaced);
  const settled = settleGraph(run, locked, replaced.length === 0 ? stated : undefined);
  const [episodes] = await Promise.all([created, described, mentioned, meant, stated, ...removed, settled]);
  const count = episodes[0]?.['created'];
  if (count === ids.length) return;
  const message = `neo4j: ${ids.length} ingestions are to be live but only ${String(count)} are stored`;
  throw new TransientFailure(message, { reason: 'pending-missing' });
}

/**
 * Derives what hangs on no single episode: which names are one entity, and which facts have ended. `stated` says around
 * which entities that may be, where facts came and none went; if names were parted or joined, facts moved as well.
 */
export async function settleGraph(run: Run, locked: LockedGraph, stated?: Promise<Stated>): Promise<void> {
  const joined = await joinSpellings(run, locked);
  const moved = locked.opened.size > 0 || joined.links.length > 0;
  const around = stated === undefined || moved ? joined.left.map(({ uuid }) => uuid) : centresOf(await stated);
  await Promise.all([describeSpellings(run, locked, joined), closeFacts(run, around)]);
}

function centresOf(stated: Stated): string[] {
  return stated.map(({ centre }) => centre as string);
}

/** Removes live episodes; their entities have to be locked. */
export function removal(run: Run, removed: readonly string[]): Promise<unknown>[] {
  if (removed.length === 0) return [];
  return [
    run(removeFacts, { removed, noTime }),
    run(removeMeanings, { removed }),
    run(cypher.removeEpisodes, { removed }),
  ];
}

/** Ends what later facts contradict and opens what none does any more, around entities that are locked. */
export async function closeFacts(run: Run, entities: readonly string[]): Promise<void> {
  if (entities.length > 0) await run(closeContradicted, { entities, ...exclusive, noTime });
}
