import { setTimeout as pause } from 'node:timers/promises';

import { eventually } from '../e2e/eventually.js';
import { unchanged, type Contents, type Operation } from '../checker/index.js';
import { readThroughApi } from './api-reads.js';
import { runClient, type Documents } from './clients.js';
import type { FaultKind } from './fault-kinds.js';
import { findings, replayed } from './findings.js';
import { fullContents } from './full-contents.js';
import { look } from './look.js';
import { planFaults } from './plan-faults.js';
import type { Poison } from './poison-letters.js';
import { groupsOfRoles, quiescence } from './quiescence.js';
import { topicEnds, topicNames, type LogEnds } from './read-topics.js';
import { heal, runFaults, type DoneFault } from './run-faults.js';
import { Seeded } from './seeded.js';
import { unproved, unseenBy } from './unproved.js';
import { watch, type Watched } from './watch.js';
import type { World } from './world.js';

const clients = 4;
/** All must look the same when this time has gone by. */
const stillMs = 2000;
const refillMs = 15_000;
const documentIds = ['report', 'a/b: notes', 'letter:chunks'];

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
  /** Looks that succeeded. */
  readonly looks: number;
  /** Looks that failed, by what was looked at: services are down for a while. */
  readonly failedLooks: Readonly<Record<string, number>>;
  /** What no look at all succeeded at, with the last error. */
  readonly unseen: readonly string[];
  /** How often a process ended without having been ended by a fault; it is started again like any other. */
  readonly deaths: number;
  /** Ingestions and retractions by their final status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly deadLetters: number;
  readonly poisoned: number;
  /** From the moment when everything was healed until nothing was under way. */
  readonly recoveryMs: number;
  /** What was the last thing that had to be waited for. */
  readonly waitedFor: string;
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
  const expired = new Set<string>();
  const deathsBefore = world.roles.deaths;
  const began = await topicEnds(world.addresses.kafka, topicNames);
  const done = await suffer(world, options, { documents, history, poison, expired, began });
  const { api, contents } = world;
  const brokers = [world.addresses.kafka];
  const calm = { brokers, api, contents, namespaces: documents.namespaces, groups: groupsOfRoles };
  const trial = { ...documents, began, history };
  const { tookMs, unrest, disquiet } = await quiescence(calm);
  const watched = await done.stopWatching();
  const bad = tookMs > options.quietMs ? [`I13 quiet after ${tookMs} ms; ${unrest || disquiet}`] : [];
  if (unrest === '') await refillCache(world, documents);
  const looked = await look(world, trial);
  const held = await fullContents(contents, documents.namespaces);
  const heldAtMs = performance.now();
  if (unrest === '') {
    const evidence = { held, watched, poison, expired, faults: done.faults, namespaces: documents.namespaces };
    bad.push(...(await findings(world, looked, evidence)));
    await pause(Math.max(0, stillMs - (performance.now() - heldAtMs)));
    bad.push(...unchanged(held, await fullContents(contents, documents.namespaces), 'I13'));
    for (const { namespaces, contents } of bystanders) {
      bad.push(...unchanged(contents, await fullContents(world.contents, namespaces), 'I15'));
    }
    if (options.replays) bad.push(...(await replayed(world, looked, { held, poison, trial, calm })));
  }
  const { observed, deadLetters } = looked;
  const operations = countBy(
    history.map(({ result }) => result),
    { ok: 0, fail: 0, info: 0 },
  );
  const proof = { faults: done.faults, operations, ...looksOf(watched) };
  bad.push(...unproved(proof, options.kinds.length > 0));
  return {
    seed: options.seed,
    ...proof,
    deaths: world.roles.deaths - deathsBefore,
    statuses: countBy(
      (observed.ledger ?? []).map(({ status }) => status),
      {},
    ),
    deadLetters: deadLetters.length,
    poisoned: poison.length,
    recoveryMs: tookMs,
    waitedFor: unrest || disquiet,
    trialMs: Math.round(performance.now() - startedMs),
    replayed: options.replays,
    violations: bad,
    bystander: { namespaces: documents.namespaces, contents: held },
  };
}

function looksOf(watched: Watched): Pick<TrialResult, 'looks' | 'failedLooks' | 'unseen'> {
  const looks = [...watched.looks.values()].reduce((sum, times) => sum + times, 0);
  const failed = [...watched.failures].map(([what, { times }]) => [what, times] as const);
  return { looks, failedLooks: Object.fromEntries(failed), unseen: unseenBy(watched) };
}

/** What expired in the cache is filled again by who reads it; if it isn't in time, the checks will find it missing. */
async function refillCache({ api, views }: World, documents: Documents): Promise<void> {
  const filled = async (): Promise<true | undefined> => {
    const shown = await readThroughApi(api, documents);
    const cached = new Set((await views.look('redis', documents)).map(({ ingestionId }) => ingestionId));
    return shown.every(({ ingestionId }) => cached.has(ingestionId)) || undefined;
  };
  await eventually('the cache to be filled', filled, refillMs).catch(() => undefined);
}

/** A stack may see the same seed more than once. */
function namespacesOf(seed: number): string[] {
  const run = (Date.now() % 10_000_000).toString(36);
  return ['a', 'b'].map((tenant) => `chaos-${seed}-${run}-${tenant}`);
}

interface Stage {
  readonly documents: Documents;
  readonly history: Operation[];
  readonly poison: Poison[];
  readonly expired: Set<string>;
  readonly began: LogEnds;
}

async function suffer(
  world: World,
  { seed, faultsMs, kinds }: TrialOptions,
  { documents, history, poison, expired, began }: Stage,
): Promise<{ readonly faults: DoneFault[]; stopWatching(): Promise<Watched> }> {
  const random = new Seeded(seed);
  const [over, watching] = [new AbortController(), new AbortController()];
  const asking = { address: world.api, documents, history };
  const running = Array.from({ length: clients }, () => runClient(asking, random.fork(), over.signal));
  const watched = watch(world.views, world.api, { documents, history }, watching.signal);
  const victims = { process: world.roles.all.map(({ name }) => name), link: world.links.all.map(({ name }) => name) };
  const { roles, stack, toxiproxy } = world;
  const log = { brokers: world.addresses.kafka, began, namespaces: documents.namespaces, poison };
  const cache = { redis: world.addresses.redis, documents, expired };
  const target = { roles, stack, toxiproxy, log, cache };
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

function countBy<Name extends string>(
  names: readonly Name[],
  none: Record<Name, number> | object,
): Record<Name, number> {
  const counts = { ...none } as Record<Name, number>;
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
