import fc from 'fast-check';

import { storeNames, type StoreName } from '#stores/port';

import type { Request } from './clients.js';
import { documents } from './documents.js';
import type { Beginning, World } from './world.js';
import { writerFaults, type WriterFault } from './writer-actor.js';

/** A schedule as numbers: small to make, and whatever the numbers are, it is a possible one. */
export interface Schedule {
  readonly requests: readonly number[];
  /** Troubles of ingestions: who refuses, gives up or cancels what. */
  readonly troubles: readonly number[];
  readonly steps: readonly number[];
}

/** Small numbers are not more interesting than others here: each is a choice of its own. */
const number = fc.noBias(fc.nat({ max: 0x3fffffff }));
const list = (maxLength: number, minLength = 0): fc.Arbitrary<number[]> =>
  fc.array(number, { minLength, maxLength, size: 'max' });

export const schedules: fc.Arbitrary<Schedule> = fc.record(
  { requests: list(5, 1), troubles: list(2), steps: list(48, 12) },
  { noNullPrototype: true },
);

/** Takes a number apart: each choice uses up some of it. */
class Choices {
  constructor(private left: number) {}

  below(limit: number): number {
    const choice = this.left % limit;
    this.left = Math.floor(this.left / limit);
    return choice;
  }
}

export function beginningOf({ requests, troubles }: Schedule): Beginning {
  const wrong = troubles.map((one) => {
    const choices = new Choices(one);
    const kind = (['refuses', 'refuses', 'fails', 'cancels'] as const)[choices.below(4)];
    const store = storeNames[choices.below(4)];
    const document = documents[choices.below(documents.length)];
    return { kind, store, documentId: document?.documentId, version: choices.below(3) + 1, after: choices.below(2) };
  });
  type Named = { readonly documentId: string; readonly version: number };
  const hits = (kind: string, { documentId, version }: Named, store?: StoreName) =>
    wrong.find(
      (one) =>
        one.kind === kind &&
        one.documentId === documentId &&
        one.version === version &&
        (store === undefined || one.store === store),
    );
  return {
    requests: requests.map(requestOf),
    refuses: (part, store) => hits('refuses', part, store) !== undefined,
    failsAt: (ref) => hits('fails', ref)?.after,
    cancels: (ref) => hits('cancels', ref) !== undefined,
  };
}

function requestOf(one: number): Request {
  const choices = new Choices(one);
  const kind = choices.below(4) === 0 ? 'delete' : 'put';
  return { kind, document: [0, 0, 1, 2][choices.below(4)] ?? 0, parts: choices.below(2) + 1 };
}

const relayFaults = ['none', 'none', 'none', 'log-away', 'ack-lost', 'in-part', 'crash-before-remove'] as const;
const answers = ['commit', 'commit', 'lost-answer', 'rollback'] as const;
/** Half of the writers' steps go well. */
const faults: readonly WriterFault[] = [
  ...writerFaults.slice(1).map((): WriterFault => 'none'),
  ...writerFaults.slice(1),
];

/** A writer with nothing to read would waste its step: something new comes its way instead. */
async function makeWork(world: World, choices: Choices): Promise<void> {
  if (world.upstream.waiting > 0) world.upstream.step(choices.below(7), false, false);
  else if (world.outbox.waiting > 0) await world.outbox.relay('none', choices.below(4) + 1);
  else if (world.clients.waiting) world.clients.step(choices.below(6), 'commit');
}

/** More records than any schedule has. */
const allThereIs = 1_000;

/** The broker dies while all writers have a batch in hand: none of them can say any more what it did. */
async function loseBroker(world: World): Promise<void> {
  const busy = world.writers.filter(({ idle }) => !idle);
  if (busy.length > 1) world.coverage.note('broker-lost');
  for (const writer of busy) await writer.step({ fault: 'crash-before-publish', count: allThereIs, at: 0 });
}

/** Carries out one step of a schedule. */
export async function takeStep(world: World, step: number): Promise<void> {
  const choices = new Choices(step);
  const actor = choices.below(16);
  const writer = actor < 8 ? world.writers[actor % 4] : undefined;
  if (writer?.idle === true) {
    await makeWork(world, choices);
  } else if (writer !== undefined) {
    const fault = faults[choices.below(faults.length)] ?? 'none';
    const count = choices.below(8) + 1;
    await writer.step({ fault, count, at: choices.below(6) });
  } else if (actor < 11) {
    const kind = choices.below(8);
    const which = choices.below(7);
    if (kind === 2) world.upstream.park(which);
    world.upstream.step(which, kind === 0, kind === 1);
  } else if (actor < 13) {
    world.clients.step(choices.below(6), answers[choices.below(answers.length)] ?? 'commit');
  } else if (actor === 13) {
    const fault = relayFaults[choices.below(relayFaults.length)] ?? 'none';
    if (fault !== 'none' && world.outbox.waiting > 0) world.coverage.note('relay-repeat');
    await world.outbox.relay(fault, choices.below(4) + 1);
  } else if (actor === 14 && choices.below(3) === 0) {
    await loseBroker(world);
  } else if (actor === 14) {
    const topic = choices.below(2) === 0 ? 'saga' : 'outcomes';
    world.ledger.step(topic, choices.below(12) + 1, choices.below(4) === 0);
  } else {
    await world.writers[choices.below(4)]?.wakeZombie(choices.below(2) === 0);
  }
  world.lookEverywhere();
}
