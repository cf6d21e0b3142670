import {
  momentsOf,
  outboxViolations,
  readSagaLog,
  readViolations,
  tombstoneViolations,
  unchanged,
  unlikeReference,
  violations,
  type Contents,
  type LogReading,
} from '../checker/index.js';
import { contentsOf, markersOf } from './contents.js';
import { noteOutcomes } from './note-outcomes.js';
import type { Coverage } from './coverage.js';
import { beginningOf, takeStep, type Schedule } from './schedule.js';
import { serialRun } from './serial-run.js';
import { World, type Machinery } from './world.js';

const roundsMax = 60;
const settleBatch = 64;
const replayBatch = 7;

/** Runs a schedule, lets everything come to rest without further faults, and says what is wrong. */
export async function runSchedule(schedule: Schedule, machinery: Machinery, coverage: Coverage): Promise<string[]> {
  const world = new World(beginningOf(schedule), machinery, coverage);
  for (const step of schedule.steps) await takeStep(world, step);
  const rested = await settle(world);
  const log = readSagaLog(world.log);
  const found = [...rested, ...(await inspect(world, machinery, log))];
  noteOutcomes(world, log, coverage);
  const records = world.log.length + world.outcomes.length;
  // One in four is read again from its first record; all would cost as much as as many schedules more.
  const replays = found.length === 0 && (schedule.steps.length + schedule.requests.length) % 4 === 0;
  if (replays) found.push(...(await replay(world)));
  coverage.endSchedule(schedule.steps.length, records);
  return found;
}

export async function inspect(world: World, machinery: Machinery, log: LogReading): Promise<string[]> {
  const stores = contentsOf(world.stores);
  const graph = machinery.graph(world.stores.neo4j);
  const { history } = world.clients;
  const { log: sagaLog, outcomes } = world;
  return [
    ...violations({ stores, graph, sagaLog, outcomes, ledger: world.ledger.lines(), history }, log),
    ...readingViolations(world, log),
    ...tombstoneViolations(markersOf(world.stores), log),
    ...outboxViolations(world.outbox.committed, world.outbox.published),
    ...unlikeReference(stores, await serialRun(world.log, log)),
  ];
}

/** I14: what readers were shown so far. */
export function readingViolations({ readings, log: records, outcomes, sent }: World, log: LogReading): string[] {
  const saga = { records, sentAt: (index: number) => sent.saga[index] ?? Infinity };
  const said = { records: outcomes, sentAt: (index: number) => sent.outcomes[index] ?? Infinity };
  return readViolations(readings, log, momentsOf(saga, said, log));
}

/** All faults are over: everybody goes on until nothing is under way. */
export async function settle(world: World): Promise<string[]> {
  for (let round = 0; round < roundsMax; round += 1) {
    const { clients, upstream, outbox, ledger, writers } = world;
    while (clients.waiting) clients.step(0, 'commit');
    await outbox.relay('none', settleBatch);
    while (upstream.waiting > 0) upstream.step(0, false, false);
    for (const writer of writers) {
      await writer.step({ fault: 'none', count: settleBatch, at: 0 });
      if (round > 0) await writer.wakeZombie(round % 2 === 0);
    }
    ledger.step('saga', settleBatch, false);
    ledger.step('outcomes', settleBatch, false);
    world.lookEverywhere();
    if (
      !clients.waiting &&
      upstream.waiting + outbox.waiting === 0 &&
      ledger.idle &&
      writers.every(({ idle }) => idle)
    ) {
      return writers.flatMap(({ store, committed }) =>
        committed < world.log.length ? [`I16 ${store} still waits for something`] : [],
      );
    }
  }
  return [`I13 nothing came to rest in ${roundsMax} rounds`];
}

/** I10: whoever reads everything again from the first record changes nothing. */
async function replay(world: World): Promise<string[]> {
  world.coverage.note('replay');
  const before: Contents = contentsOf(world.stores);
  const rows = JSON.stringify(world.ledger.lines());
  for (const writer of world.writers) writer.reset();
  world.ledger.reset();
  const end = world.log.length;
  for (const writer of world.writers) {
    while (writer.position < end) await writer.step({ fault: 'none', count: replayBatch, at: 0 });
  }
  const rested = await settle(world);
  const same = JSON.stringify(world.ledger.lines()) === rows;
  return [
    ...rested,
    ...unchanged(before, contentsOf(world.stores), 'I10'),
    ...(same ? [] : ['I10 the ledger changed when everything was read again']),
    ...readingViolations(world, readSagaLog(world.log)),
  ];
}
