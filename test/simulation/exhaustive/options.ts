import type { World } from '../world.js';
import { writerFaults, type WriterFault } from '../writer-actor.js';

/** Where a schedule stands between two of its steps. */
export interface Place {
  /** Whose turn it is; `arrivals` stands for what stages and relay put on the log before a round. */
  turn: number;
  /** What is under way waits until the writers are at rest. */
  holding: boolean;
}

export const arrivals = -1;

/** One thing that may happen next. */
export interface Option {
  readonly name: string;
  /** 1 if it uses up one of the faults of the scope. */
  readonly cost: 0 | 1;
  /** The writer that takes this step, if one does. */
  readonly writer?: number;
  /** Faults that differ only in the call at which they come: one that comes too late ends them. */
  readonly series?: string;
  readonly take: (place: Place) => Promise<void> | void;
}

const inCalls: ReadonlySet<WriterFault> = new Set(['transient', 'crash', 'stall', 'slow']);
/** More calls than any batch of the scope makes. */
const callsMax = 16;
/** The first, second or third of a batch's outputs alone, as bits; all of them and none are faults of their own. */
const selections = [1, 2, 4];
const allOutputs = 7;

/** Moves on to the next turn that somebody can use. */
export function advance(world: World, place: Place): void {
  const busy = world.writers.some(({ idle }) => !idle);
  if (!busy) place.holding = false;
  if (place.turn === arrivals && (place.holding || !arriving(world))) place.turn = 0;
  if (place.turn === arrivals) return;
  while (place.turn < world.writers.length && world.writers[place.turn]?.idle === true) place.turn += 1;
  if (place.turn < world.writers.length) return;
  place.turn = busy ? 0 : arrivals;
  if (arriving(world) && !place.holding) place.turn = arrivals;
  else if (busy) while (world.writers[place.turn]?.idle === true) place.turn += 1;
}

function arriving({ upstream, outbox }: World): boolean {
  return upstream.waiting + outbox.waiting > 0;
}

/** Everything that can happen next; without a free option all is at rest. */
export function optionsIn(world: World, { turn }: Place, victims: readonly number[], faultsLeft: number): Option[] {
  const free = turn === arrivals ? arrivalsIn(world) : turnsOf(world, turn);
  if (faultsLeft === 0) return free;
  if (turn !== arrivals) return [...free, ...turnFaults(world, turn, victims), ...oddArrivals(world)];
  const rested = free.length === 0 ? victims.flatMap((victim) => anytimeFaults(world, victim)) : [];
  return [...free, ...arrivalFaults(world), ...rested];
}

/** A receipt of PostgreSQL is relayed at once. Parts, compensations and retractions come in any order, now or later. */
function arrivalsIn(world: World): Option[] {
  const { outbox, writers } = world;
  if (outbox.unsent[0]?.type === 'StoreWritten') return [relay(world)];
  const options = stages(world);
  if (outbox.waiting > 0) options.push(relay(world));
  if (options.length === 0 || writers.every(({ idle }) => idle)) return options;
  return [...options, { name: 'the rest waits', cost: 0, take: (place) => void (place.holding = true) }];
}

function relay({ outbox }: World): Option {
  return { name: 'relay', cost: 0, take: () => outbox.relay('none', 1) };
}

function stages({ upstream }: World): Option[] {
  return Array.from({ length: upstream.waiting }, (_, which) => {
    return { name: `stage ${which}`, cost: 0, take: () => upstream.step(which, false, false) };
  });
}

/** The writer takes all there is; one that was frozen goes on, or stays so while others work. */
function turnsOf(world: World, turn: number): Option[] {
  const writer = world.writers[turn];
  if (writer === undefined) return [];
  const options: Option[] = [];
  const add = (text: string, take: Option['take']): void =>
    void options.push({ name: `${writer.store} ${text}`, cost: 0, writer: turn, take });
  const count = waitingFor(world, turn);
  if (writer.isSlow) add('goes on', () => writer.step({ fault: 'none', count: 1, at: 0 }));
  else if (count > 0) add(`takes ${count}`, () => writer.step({ fault: 'none', count, at: 0 }));
  for (const heard of writer.zombiesLeft > 0 ? [false, true] : []) {
    add(`has a zombie that is ${heard ? '' : 'not '}heard`, () => writer.wakeZombie(heard));
  }
  const standsStill = writer.isSlow || count === 0;
  const othersWork = world.writers.some((one, i) => i !== turn && !one.isSlow && waitingFor(world, i) > 0);
  if (standsStill && (othersWork || arriving(world))) add('stays frozen', () => undefined);
  return options;
}

function waitingFor({ log, writers }: World, index: number): number {
  return log.length - (writers[index]?.position ?? 0);
}

/** What comes in the middle of a round, while some writers have read less than others. */
function oddArrivals(world: World): Option[] {
  const early = [...stages(world), ...(world.outbox.waiting > 0 ? [relay(world)] : [])];
  return early.map((one) => ({ ...one, name: `${one.name} between turns`, cost: 1 }));
}

/** What comes twice, again or late. */
function arrivalFaults({ upstream, outbox }: World): Option[] {
  const options: Option[] = [];
  const fault = (name: string, take: Option['take']): void => void options.push({ name, cost: 1, take });
  if (outbox.waiting > 0) {
    fault('relay, acknowledgement lost', () => outbox.relay('ack-lost', 1));
    fault('relay is late', (place) => void (place.turn = 0));
  }
  for (let which = 0; which < upstream.waiting; which += 1) {
    fault(`stage ${which}, twice`, () => upstream.step(which, true, false));
  }
  for (let which = 0; which < upstream.said; which += 1) {
    fault(`stage repeats ${which}`, () => upstream.step(which, false, true));
  }
  return options;
}

/** Victims may suffer everything; beside a single one its neighbour may miss a turn or say twice what it says. */
function turnFaults(world: World, turn: number, victims: readonly number[]): Option[] {
  const writer = world.writers[turn];
  const [victim = 0] = victims;
  const neighbour = victims.length === 1 ? (victim + 2) % world.writers.length : undefined;
  if (writer === undefined || writer.isSlow || (!victims.includes(turn) && turn !== neighbour)) return [];
  const waiting = waitingFor(world, turn);
  const missed = { name: `${writer.store} misses its turn`, cost: 1, writer: turn, take: () => undefined } as const;
  const options: Option[] = [missed, faulty(world, turn, 'publish-twice', waiting, allOutputs)];
  if (turn === neighbour || waiting === 0) return options;
  if (waiting > 1) options.push(faulty(world, turn, 'none', 1, 0));
  for (const fault of writerFaults) {
    if (fault === 'none' || fault === 'restart' || fault === 'old-owner' || fault === 'publish-twice') continue;
    const calls = inCalls.has(fault) ? [...Array(callsMax).keys()] : [0];
    for (const at of fault === 'crash-in-publish' ? selections : calls) {
      options.push(faulty(world, turn, fault, waiting, at));
    }
  }
  return [...options, ...anytimeFaults(world, turn)];
}

/** A restart, and somebody who thinks he owns the partition and begins at its first record. */
function anytimeFaults(world: World, victim: number): Option[] {
  if (world.writers[victim]?.isSlow !== false) return [];
  const counts = world.log.length > 1 ? [1, world.log.length] : [1];
  const olds = counts.map((count) => faulty(world, victim, 'old-owner', count, 0));
  return [faulty(world, victim, 'restart', 0, 0), ...olds];
}

function faulty({ writers }: World, index: number, fault: WriterFault, count: number, at: number): Option {
  const writer = writers[index];
  const name = `${writer?.store} takes ${count}: ${fault === 'none' ? 'no more' : `${fault} at ${at}`}`;
  const series = inCalls.has(fault) ? { series: `${count} ${fault}` } : {};
  return { name, cost: 1, writer: index, ...series, take: () => writer?.step({ fault, count, at }) };
}
