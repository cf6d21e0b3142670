import { topics } from '#events';

import {
  letterViolations,
  momentsOf,
  tombstoneViolations,
  unchanged,
  unlikeReference,
  violations,
  type Contents,
  type TimedRecords,
} from '../checker/index.js';
import type { DecodedRecord } from './decode-records.js';
import { fullContents } from './full-contents.js';
import { look, type Looked, type Trial } from './look.js';
import { outboxDifferences } from './outbox-record.js';
import { expectedLetters, poisonLetters, type Poison } from './poison-letters.js';
import { quiescence, type Calm } from './quiescence.js';
import { reference } from './reference.js';
import { replay } from './replay.js';
import type { DoneFault } from './run-faults.js';
import { storeMarkers } from './store-markers.js';
import { unexplained } from './unexplained.js';
import type { Watched } from './watch.js';
import { watchViolations } from './watch-violations.js';
import type { World } from './world.js';

/** What is known of a trial beside what lies there at its end. */
export interface Evidence {
  readonly held: Contents;
  readonly watched: Watched;
  readonly poison: readonly Poison[];
  /** Documents that the cache lost. */
  readonly expired: ReadonlySet<string>;
  readonly faults: readonly DoneFault[];
  readonly namespaces: readonly string[];
}

/** Faults after which Qdrant has no more in memory what it has on its disk. */
const endsQdrant = /^(kill|fill|break|deny) qdrant/;

/** What is wrong with a trial after which all is quiet. */
export async function findings({ contents, addresses }: World, looked: Looked, evidence: Evidence): Promise<string[]> {
  const { observed, sagaLog, log, records, deadLetters } = looked;
  const { held, watched, poison, expired, faults, namespaces } = evidence;
  const moments = momentsOf(timed(sagaLog), timed(records.filter(({ topic }) => topic === topics.outcomes.name)), log);
  const qdrantDied = faults.some(({ kind, outcome }) => endsQdrant.test(kind) && outcome !== 'left out');
  return [
    ...violations(observed, log),
    ...unlikeReference(held, reference(sagaLog, log)),
    ...watchViolations(watched, log, moments, { expired, qdrantDied }),
    ...letterViolations(expectedLetters(poison), poisonLetters(deadLetters)),
    ...unexplained({ faults, history: observed.history ?? [], ledger: observed.ledger ?? [], deadLetters }),
    ...tombstoneViolations(await storeMarkers(contents, addresses, [...log.ingestions.keys()]), log),
    ...(await outboxDifferences(contents, namespaces, records)),
  ];
}

function timed(records: readonly DecodedRecord[]): TimedRecords {
  return { records, sentAt: (index) => records[index]?.timestampMs ?? Infinity };
}

/** I10: all groups read the trial once more; afterwards everything is as it was, and says the same of itself. */
export async function replayed(
  world: World,
  before: Looked,
  { held, poison, trial, calm }: Pick<Evidence, 'held' | 'poison'> & { readonly trial: Trial; readonly calm: Calm },
): Promise<string[]> {
  await replay(world, trial.began, calm.groups);
  const { unrest } = await quiescence(calm);
  if (unrest !== '') return [`I10 after a replay: ${unrest}`];
  const after = await look(world, trial);
  const statuses = ({ observed }: Looked): string =>
    JSON.stringify(observed.ledger?.map(({ ingestionId, status }) => `${ingestionId} ${status}`));
  return [
    ...unchanged(held, await fullContents(world.contents, trial.namespaces), 'I10'),
    ...(statuses(before) === statuses(after) ? [] : ['I10 statuses changed with a replay']),
    ...violations(after.observed, after.log).map((line) => `I10 after a replay: ${line}`),
    ...letterViolations(expectedLetters(poison), poisonLetters(after.deadLetters)).map((line) => `I10 ${line}`),
  ];
}
