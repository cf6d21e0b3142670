import { setTimeout as pause } from 'node:timers/promises';

import { roles as roleMap } from '../../apps/roles.js';
import { topics } from '#events';

import {
  letterViolations,
  unchanged,
  unlikeReference,
  violations,
  type Contents,
  type Operation,
} from '../checker/index.js';
import { runClient, type Documents } from './clients.js';
import type { FaultKind } from './fault-kinds.js';
import { fullContents } from './full-contents.js';
import { look, type Looked } from './look.js';
import { outboxDifferences } from './outbox-record.js';
import { planFaults } from './plan-faults.js';
import { expectedLetters, poisonLetters, type Poison } from './poison-letters.js';
import { quiescence } from './quiescence.js';
import { topicEnds } from './read-topics.js';
import { reference } from './reference.js';
import { replay } from './replay.js';
import { heal, runFaults, type DoneFault } from './run-faults.js';
import { Seeded } from './seeded.js';
import { watch, type Watched } from './watch.js';
import { watchViolations } from './watch-violations.js';
import type { World } from './world.js';

const clients = 4;
const documentIds = ['report', 'a/b: notes', 'letter:chunks'];
const topicNames = Object.values(topics).map(({ name }) => name);
const groups = roleMap.flatMap(({ role }) => (role === 'api' || role === 'relay' ? [] : [`penstock.${role}`]));

export interface TrialOptions {
  readonly seed: number;
  readonly faultsMs: number;
  /** How soon all must be quiet once it is healed. */
  readonly quietMs: number;
  readonly kinds: readonly FaultKind[];
  /** Whether all groups read everything of the trial once more at its end. */
  readonly replays: boolean;
}

/** What is to stay as it is while a trial runs: namespaces that it does not touch, with what they held. */
export interface Bystander {
  readonly namespaces: readonly string[];
  readonly contents: Contents;
}

/** What a trial did and found. */
export interface TrialResult {
  readonly seed: number;
  readonly faults: readonly DoneFault[];
  readonly operations: Readonly<Record<Operation['result'], number>>;
  readonly looks: number;
  /** Ingestions and retractions by their final status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly deadLetters: number;
  readonly poisoned: number;
  /** From the moment when everything was healed until nothing was under way. */
  readonly recoveryMs: number;
  readonly trialMs: number;
  readonly replayed: boolean;
  readonly violations: readonly string[];
  readonly bystander: Bystander;
}

/** Clients, faults and watchers at once; then everything is healed and, when all is quiet, checked. */
export async function runTrial(
  world: World,
  options: TrialOptions,
  bystanders: readonly Bystander[],
): Promise<TrialResult> {
  const startedMs = performance.now();
  const documents = { namespaces: namespacesOf(options.seed), documentIds };
  const history: Operation[] = [];
  const poison: Poison[] = [];
  const began = await topicEnds(world.addresses.kafka, topicNames);
  const done = await suffer(world, options, { documents, history, poison, began });
  const calm = { brokers: [world.addresses.kafka], contents: world.contents, namespaces: documents.namespaces, groups };
  const trial = { ...documents, began, history };
  const { tookMs, unrest } = await quiescence(calm);
  const watched = await done.stopWatching();
  const looked = await look(world, trial);
  const held = await fullContents(world.contents, documents.namespaces);
  const bad = tookMs > options.quietMs ? [`I13 quiet after ${tookMs} ms; ${unrest}`] : [];
  if (unrest === '') {
    bad.push(...(await findings(world, looked, { held, watched, poison, namespaces: documents.namespaces })));
    for (const { namespaces, contents } of bystanders) {
      bad.push(...unchanged(contents, await fullContents(world.contents, namespaces), 'I15'));
    }
    if (options.replays) bad.push(...(await replayed(world, looked, { held, trial, calm })));
  }
  const { observed, deadLetters } = looked;
  return {
    seed: options.seed,
    faults: done.faults,
    operations: countBy(
      history.map(({ result }) => result),
      { ok: 0, fail: 0, info: 0 },
    ),
    looks: watched.looks,
    statuses: countBy(
      (observed.ledger ?? []).map(({ status }) => status),
      {},
    ),
    deadLetters: deadLetters.length,
    poisoned: poison.length,
    recoveryMs: tookMs,
    trialMs: Math.round(performance.now() - startedMs),
    replayed: options.replays,
    violations: bad,
    bystander: { namespaces: documents.namespaces, contents: held },
  };
}

/** A stack may see the same seed more than once. */
function namespacesOf(seed: number): string[] {
  const run = (Date.now() % 10_000_000).toString(36);
  return ['a', 'b'].map((tenant) => `chaos-${seed}-${run}-${tenant}`);
}

type Stage = Parameters<typeof look>[1] & { readonly documents: Documents; readonly poison: Poison[] };

async function suffer(
  world: World,
  { seed, faultsMs, kinds }: TrialOptions,
  { documents, history, poison, began }: Omit<Stage, 'namespaces' | 'history'> & { readonly history: Operation[] },
): Promise<{ readonly faults: DoneFault[]; stopWatching(): Promise<Watched> }> {
  const random = new Seeded(seed);
  const [over, watching] = [new AbortController(), new AbortController()];
  const asking = { address: world.api, documents, history };
  const running = Array.from({ length: clients }, () => runClient(asking, random.fork(), over.signal));
  const watched = watch(world.views, world.api, { documents, history }, watching.signal);
  const victims = { process: world.roles.all.map(({ name }) => name), link: world.links.all.map(({ name }) => name) };
  const { roles, stack, toxiproxy } = world;
  const log = { brokers: world.addresses.kafka, began, namespaces: documents.namespaces, poison };
  const target = { roles, stack, toxiproxy, log };
  roles.note(`seed ${seed} begins`);
  const faults = runFaults(planFaults(random.fork(), faultsMs, victims, kinds), target);
  await pause(faultsMs);
  over.abort();
  await Promise.all(running);
  const done = await faults;
  await heal(target);
  const stopWatching = (): Promise<Watched> => {
    watching.abort();
    return watched;
  };
  return { faults: done, stopWatching };
}

interface Evidence {
  readonly held: Contents;
  readonly watched: Watched;
  readonly poison: readonly Poison[];
  readonly namespaces: readonly string[];
}

async function findings(world: World, looked: Looked, evidence: Evidence): Promise<string[]> {
  const { observed, sagaLog, log, records, deadLetters } = looked;
  const decidedAtMs = (id: string): number => sagaLog[log.ingestions.get(id)?.decidedAt ?? -1]?.timestampMs ?? Infinity;
  return [
    ...violations(observed, log),
    ...unlikeReference(evidence.held, reference(sagaLog, log)),
    ...watchViolations(evidence.watched, log, decidedAtMs),
    ...letterViolations(expectedLetters(evidence.poison), poisonLetters(deadLetters)),
    ...(await outboxDifferences(world.contents, evidence.namespaces, records)),
  ];
}

/** I10: all groups read the trial once more; afterwards everything is as it was, and says the same of itself. */
async function replayed(
  world: World,
  before: Looked,
  { held, trial, calm }: { held: Contents; trial: Parameters<typeof look>[1]; calm: Parameters<typeof quiescence>[0] },
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
  ];
}

function countBy<Name extends string>(
  names: readonly Name[],
  none: Record<Name, number> | object,
): Record<Name, number> {
  const counts = { ...none } as Record<Name, number>;
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
