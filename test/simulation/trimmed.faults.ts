import { describe, expect, it } from '@jest/globals';

import { emission, type Emission } from '#events';
import { MemoryStoreAuditor, MemoryStoreWriter } from '#stores/memory';
import { storeNames, type IngestionState, type StoreName } from '#stores/port';

import { storesBehind } from '../../libs/audit/decided-live.js';
import type { LedgerRow } from '../../libs/ledger/ledger-row.js';
import { Coverage } from './coverage.js';
import { atMs, versionOf } from './documents.js';
import { settle } from './run-schedule.js';
import { sound, World } from './world.js';
import type { WriterActor } from './writer-actor.js';

const { ref, parts, said } = versionOf(0, 1, 2);
const signal = new AbortController().signal;
const all = 64;
const why = { requestedBy: 'embedder', reason: 'test', message: '', requestedAt: atMs, confirmed: false };
const late: Readonly<Record<string, Emission | undefined>> = {
  request: emission('CompensationRequested', { ...ref, ...why }),
  'part 0': said[0],
  'part 1': said[1],
};

/** Each list of at most three late records. */
const tales = [1, 2, 3].flatMap((length) =>
  Array.from({ length: 3 ** length }, (_, number) =>
    Array.from({ length }, (_unused, at) => Object.keys(late)[Math.floor(number / 3 ** at) % 3] ?? ''),
  ),
);

function writerOf(world: World, name: StoreName): WriterActor {
  return world.writers[storeNames.indexOf(name)] as WriterActor;
}

function read(writer: WriterActor, count: number): Promise<void> {
  return writer.step({ fault: 'none', count, at: 0 });
}

/** A version that three stores made live; the fourth wrote it, and the log is trimmed up to its end since. */
async function missedBy(name: StoreName): Promise<World> {
  const beginning = { refuses: () => false, failsAt: () => undefined, cancels: () => false };
  const world = new World({ ...beginning, requests: [{ document: 0, kind: 'put', parts: 2 }] }, sound, new Coverage());
  while (world.clients.waiting) world.clients.step(0, 'commit');
  await world.outbox.relay('none', all);
  while (world.upstream.waiting > 0) world.upstream.step(0, false, false);
  for (const writer of world.writers) await read(writer, all);
  await world.outbox.relay('none', all);
  for (const writer of world.writers) if (writer.store !== name) await read(writer, all);
  const missed = writerOf(world, name);
  missed.reset();
  missed.position = missed.committed = world.log.length;
  return world;
}

/** What stands on the log after all, read in batches of so many records. */
async function tell(world: World, name: StoreName, tale: readonly string[], count: number): Promise<void> {
  world.say(tale.flatMap((word) => late[word] ?? []));
  const writer = writerOf(world, name);
  while (writer.position < world.log.length) await read(writer, count);
  await settle(world);
}

function statesIn({ stores }: World): Record<string, IngestionState | undefined> {
  return Object.fromEntries(storeNames.map((name) => [name, stores[name].state(ref)]));
}

function rowIn({ ledger }: World): LedgerRow {
  return ledger.rows.get(ref.ingestionId) as LedgerRow;
}

/** Stores for which an audit that comes much later makes the version again. */
function behindIn(world: World): StoreName[] | undefined {
  const { kind, stores, error, concludedAtMs } = rowIn(world);
  const heard = { kind, stores, open: concludedAtMs === null, givenUp: error !== null, heardAtMs: 0 };
  return storesBehind(heard, 1);
}

/** Heals a store by the verbs that the audit takes, and says so to the ledger; its writer starts anew. */
async function heal(world: World, name: StoreName): Promise<void> {
  const store = world.stores[name];
  expect(await new MemoryStoreAuditor(name, store, () => atMs).reopen(ref)).toBe(true);
  const writer = new MemoryStoreWriter(name, store);
  await writer.writePending({ parts, receipts: [], signal });
  await writer.promote([ref], signal);
  world.say([emission('StorePromoted', { ...ref, store: name, replaced: [], promotedAt: atMs })]);
  await writerOf(world, name).step({ fault: 'restart', count: 0, at: 0 });
}

describe.each(storeNames)('a version that is live but in %s, whose writer missed the decision', (name) => {
  const others = { neo4j: 'live', postgres: 'live', qdrant: 'live', redis: 'live' };

  it.each([
    ['a late request', ['request'], 'pending'],
    ['a part that is repeated', ['part 0', 'part 1'], 'pending'],
    ['a part that is repeated before a late request', ['part 0', 'request'], 'compensated'],
    ['a part that is repeated behind a late request', ['request', 'part 0'], 'compensated'],
  ])('by %s %j is left %s there', async (_what, tale, state) => {
    const world = await missedBy(name);

    await tell(world, name, tale, all);

    expect(statesIn(world)).toEqual({ ...others, [name]: state });
  });

  it.each([1, 2, all])(
    'becomes live there as well by the audit, whatever comes late in batches of %i',
    async (count) => {
      for (const tale of tales) {
        const world = await missedBy(name);
        await tell(world, name, tale, count);
        expect([tale, behindIn(world)]).toEqual([tale, [name]]);

        await heal(world, name);

        expect([tale, await settle(world)]).toEqual([tale, []]);
        expect([tale, statesIn(world)]).toEqual([tale, others]);
        expect([tale, rowIn(world).status]).toEqual([tale, 'live']);
      }
    },
  );
});
