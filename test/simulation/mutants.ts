import { emission, type Emission } from '#events';
import { TransientFailure } from '#failure';
import { PartitionStage, type PartitionHandler, type PartitionResult, type ReceivedEvent } from '#kafka';
import { WrappedWriter } from '#saga';
import {
  storeNames,
  type CompensateResult,
  type IngestionRef,
  type PromoteResult,
  type RetractionRef,
  type StoreWriter,
} from '#stores/port';

import { foldBatch } from '../../libs/ledger/fold-batch.js';
import type { LedgerEvent, LedgerRow } from '../../libs/ledger/ledger-row.js';
import type { OutboxRow, OutboxRows } from '../../libs/outbox/relay-turn.js';
import { RemovesFirst, RemovesLater, ShowsBoth } from './careless-writers.js';
import { readingsOf } from './contents.js';
import { ConcurrentWriter, KeptGraph, type GraphMistake } from './kept-graph.js';
import { MutantStore, TenantlessStore, type StoreMutation } from './mutant-store.js';
import { SimulatedStoreWriter } from './simulated-store.js';
import { sound, type Machinery } from './world.js';
import { soundHabits } from './writer-actor.js';

/** A known mistake, put in the place of one sound piece, and the invariants of which at least one must speak of it. */
export interface Mutant {
  readonly name: string;
  readonly caughtBy: readonly string[];
  readonly machinery: Machinery;
  /** Where few schedules show it: a seed of which one of the first does. */
  readonly seed?: number;
}

const mutant = (name: string, caughtBy: readonly string[], change: Partial<Machinery>): Mutant => {
  return { name, caughtBy, machinery: { ...sound, ...change } };
};
const store = (mutation: StoreMutation): Partial<Machinery> => ({ makeStore: () => new MutantStore(mutation) });
const loop = (habit: Partial<typeof soundHabits>): Partial<Machinery> => ({ habits: { ...soundHabits, ...habit } });
const stage = (make: (inner: PartitionHandler, index: number) => PartitionHandler): Partial<Machinery> => ({
  wrapStage: (inner, name) => {
    class Wrapped extends PartitionStage {
      override open(topic: string, partition: number): PartitionHandler {
        return make(inner.open(topic, partition), storeNames.indexOf(name));
      }
    }
    return new Wrapped();
  },
});
/** A handler that sees other events than there are. */
const seeing = (change: (batch: readonly ReceivedEvent[], index: number) => readonly ReceivedEvent[]) => {
  return stage((inner, index) => ({ handle: (batch, context) => inner.handle(change(batch, index), context) }));
};
/** A handler that answers otherwise. */
const answering = (change: (result: PartitionResult, index: number) => PartitionResult): Partial<Machinery> => {
  return stage((inner, index) => ({
    handle: async (batch, context) => change(await inner.handle(batch, context), index),
  }));
};
const withoutType = (result: PartitionResult, type: Emission['type']): PartitionResult => {
  return { ...result, emissions: result.emissions.filter((said) => said.type !== type) };
};
const writer = (wrap: (inner: StoreWriter) => StoreWriter): Partial<Machinery> => {
  return { makeWriter: (process) => wrap(new SimulatedStoreWriter(process)) };
};
const plain = <T>(work: () => Promise<T>): Promise<T> => work();

/** Says it holds what it could not write. */
class ReceiptFirst extends WrappedWriter {
  constructor(inner: StoreWriter) {
    super(inner, plain);
  }
  override async writePending(batch: Parameters<StoreWriter['writePending']>[0]) {
    const outcomes = batch.parts.map(() => 'pending' as const);
    return super.writePending(batch).catch((error: unknown) => {
      if (error instanceof TransientFailure) return { outcomes, receiptsAnnounced: false };
      throw error;
    });
  }
}

/** Takes an undoing that failed for done. */
class GivesUpUndoing extends WrappedWriter {
  constructor(inner: StoreWriter) {
    super(inner, plain);
  }
  override compensate(refs: readonly IngestionRef[], signal: AbortSignal): Promise<CompensateResult[]> {
    const removed = { parts: 0, chunks: 0, entities: 0, facts: 0, mentions: 0 };
    return super.compensate(refs, signal).catch(() => refs.map(() => ({ state: 'compensated' as const, removed })));
  }
}

/** Takes a promotion that its store has begun for done. */
class TakesBegunForDone extends WrappedWriter {
  constructor(inner: StoreWriter) {
    super(inner, plain);
  }
  override async promote(refs: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    const states = await super.states(refs, signal);
    const others = refs.filter((_, i) => states[i] !== 'live');
    const results = await super.promote(others, signal);
    return refs.map((ref) => results[others.indexOf(ref)] ?? { state: 'live', replaced: [] });
  }
}

/** Removes a document whole, whatever versions the retraction speaks of. */
class RetractsAll extends WrappedWriter {
  constructor(inner: StoreWriter) {
    super(inner, plain);
  }
  override retract(refs: readonly RetractionRef[], signal: AbortSignal): ReturnType<StoreWriter['retract']> {
    return super.retract(
      refs.map((ref) => ({ ...ref, version: 1_000 })),
      signal,
    );
  }
}

/** Counts receipts and not the stores that gave them: a repeated one passes for another store's. */
function countingReceipts(): Partial<Machinery> {
  return seeing((batch) => {
    const counts = new Map<string, number>();
    return batch.map((event): ReceivedEvent => {
      if (event.type !== 'StoreWritten') return event;
      const n = counts.get(event.payload.ingestionId) ?? 0;
      counts.set(event.payload.ingestionId, n + 1);
      return { ...event, payload: { ...event.payload, store: storeNames[n % 4] ?? 'redis' } };
    });
  });
}

/** Three stores are enough for one that is in a hurry. */
function onThreeReceipts(): Partial<Machinery> {
  return seeing((batch) =>
    batch.flatMap((event) => {
      if (event.type !== 'StoreWritten' || event.payload.store !== 'qdrant') return [event];
      return [event, { ...event, payload: { ...event.payload, store: 'redis' } }];
    }),
  );
}

/** Requests to compensate come by a road of their own, ahead of what the log said before them. */
const compensationFirst = seeing((batch) => [
  ...batch.filter(({ type }) => type === 'CompensationRequested'),
  ...batch.filter(({ type }) => type !== 'CompensationRequested'),
]);

/** Gives an ingestion up by its own clock, and tells nobody. */
function byWallClock(): Partial<Machinery> {
  return stage((inner, index) => {
    let ticks = 0;
    return {
      handle: (batch, context) => {
        ticks += 1;
        if (index !== 2 || ticks % 3 !== 0) return inner.handle(batch, context);
        const given = batch.map((event): ReceivedEvent => {
          if (event.type !== 'StoreWritten') return event;
          const { counts, store: by, writtenAt, ...ref } = event.payload;
          const why = {
            requestedBy: by,
            reason: 'late',
            message: `${counts.parts}`,
            requestedAt: writtenAt,
            confirmed: false,
          };
          return { ...event, ...emission('CompensationRequested', { ...ref, ...why }) } as ReceivedEvent;
        });
        return inner.handle(given, context);
      },
    };
  });
}

/** A model that is asked again, and answers otherwise. */
const otherAnswer = (said: Emission): Emission => {
  if (said.type !== 'DocumentEmbedded') return said;
  const { chunks } = said.payload;
  return emission('DocumentEmbedded', {
    ...said.payload,
    chunks: chunks.map((chunk) => ({ ...chunk, text: `${chunk.text} again` })),
  });
};

/** Remembers the last id instead of removing what was read. */
function afterLastId(rows: OutboxRows): OutboxRows {
  let last = 0;
  return {
    read: async (limit) => {
      const waiting = (await rows.read(1_000)).filter(({ id }) => Number(id) > last).slice(0, limit);
      return waiting;
    },
    remove: async (done: readonly OutboxRow[]) => {
      last = Math.max(last, ...done.map(({ id }) => Number(id)));
      const passed = (await rows.read(1_000)).filter(({ id }) => Number(id) <= last);
      await rows.remove(passed);
    },
  };
}
const relay = (make: (rows: OutboxRows) => OutboxRows): Partial<Machinery> => ({ relayRows: make });
const removesFirst = relay((rows) => ({
  read: async (limit) => {
    const waiting = await rows.read(limit);
    await rows.remove(waiting).catch(() => undefined);
    return waiting;
  },
  remove: () => Promise.resolve(),
}));
const newestFirst = relay((rows) => ({
  read: async (limit) => [...(await rows.read(1_000))].reverse().slice(0, limit),
  remove: (done) => rows.remove(done),
}));

const pendingToo: typeof readingsOf = (memory, name, at) =>
  readingsOf(memory, name, at, ({ state }) => state === 'live' || state === 'pending');
/** A query that leaves the tenant out finds whatever has that id. */
const withoutTenant: typeof readingsOf = (memory, name, at) => {
  const all = readingsOf(memory, name, at);
  const idOf = ({ document }: (typeof all)[number]): string => document.slice(document.indexOf('/'));
  return all.map((one) => ({
    ...one,
    shown: all.filter((other) => idOf(other) === idOf(one)).flatMap(({ shown }) => shown),
  }));
};
/** Neo4j with entities that it keeps itself. */
export const keptGraph = (mistake: GraphMistake): Partial<Machinery> => ({
  makeStore: (name) => (name === 'neo4j' ? new KeptGraph(mistake) : sound.makeStore(name)),
  makeWriter: (process) => new ConcurrentWriter(process),
  graph: (memory) => (memory as KeptGraph).graph(),
});
/** Takes what a store holds for what it shows. */
const eagerLedger: typeof foldBatch = (rows, events) => {
  const all = events.flatMap((event): LedgerEvent[] => {
    if (event.type !== 'StoreWritten') return [event];
    const { writtenAt: promotedAt, namespace, documentId, ingestionId, version } = event.payload;
    const told = { namespace, documentId, ingestionId, version, replaced: [], promotedAt };
    const early = storeNames.map((name): LedgerEvent => ({ type: 'StorePromoted', payload: { ...told, store: name } }));
    return [event, ...early];
  });
  return foldBatch(rows, all);
};
/** Concludes what the stores have undone before it has heard who gave it up. */
const hastyLedger: typeof foldBatch = (rows, events) => {
  const folded = foldBatch(rows, events);
  const early = folded.changed.flatMap((row): LedgerRow[] => {
    const undone = storeNames.every((name) => row.stores[name] === 'rolled_back');
    if (!undone || row.concludedAtMs !== null) return [];
    return [{ ...row, status: 'failed', concludedAs: 'failed', concludedAtMs: row.updatedAtMs }];
  });
  return { ...folded, changed: [...folded.changed, ...early], concluded: [...folded.concluded, ...early] };
};
/** Believes only those stores that can still say what they replaced. */
const credulousLedger: typeof foldBatch = (rows, events) => foldBatch(rows, events, () => []);
/** Two requests at once on a producer that counts on their order: one of them is taken twice, the other not at all. */
const concurrentSends = (said: readonly Emission[]): readonly Emission[] => {
  const [first] = said;
  return said.length < 2 || first === undefined ? said : [first, ...said.slice(2), first];
};

/** Every mistake that is known to break a saga like this one. */
export const mutants: readonly Mutant[] = [
  mutant('a late write passes a tombstone', ['I1', 'I10', 'I14'], store('no-tombstone-check')),
  mutant('a rollback leaves no tombstone', ['I1', 'I7', 'I10', 'I16'], store('no-tombstone')),
  mutant('a retraction is not remembered', ['I1', 'I7', 'I8', 'I10', 'I16'], store('no-retraction-marker')),
  mutant('a pending version overwrites the live one', ['I1', 'I2', 'I14', 'I8'], store('overwrite-in-place')),
  mutant('a late pending write turns live data back', ['I1', 'I8', 'I10', 'I13'], store('pending-over-live')),
  mutant('identifiers are random', ['I2', 'I10', 'I14'], store('random-ids')),
  mutant('an older version replaces a newer one', ['I8', 'I14'], store('older-wins')),
  mutant('a replaced version stays', ['I1', 'I8'], store('replaced-stays')),
  mutant('a write is acknowledged before it is done', ['I2', 'I14', 'I13', 'I1'], store('acknowledged-early')),
  mutant('a version is kept under an id of its own as well', ['I6'], store('kept-twice')),
  mutant('a tombstone is collected early', ['I18'], store('collects-early')),
  mutant('a store forgets the last write', ['I1', 'I2', 'I13', 'I14'], store('forgets-last-write')),
  mutant('the tenant is missing from the key', ['I1', 'I8', 'I4'], { makeStore: () => new TenantlessStore() }),
  mutant('a compensation after the pivot undoes', ['I7', 'I8', 'I1', 'I14'], store('compensates-live')),
  mutant('a promotion takes what is there, whole or not', ['I14', 'I2', 'I1'], store('promotes-in-two-steps')),
  mutant(
    'a promotion that had only begun counts as done',
    ['I1', 'I8', 'I14', 'I4'],
    writer((one) => new TakesBegunForDone(one)),
  ),
  mutant(
    'a retraction removes newer versions, too',
    ['I8', 'I7', 'I1', 'I16'],
    writer((one) => new RetractsAll(one)),
  ),
  mutant(
    'a receipt is given before the write',
    ['I13', 'I2', 'I14', 'I1'],
    writer((one) => new ReceiptFirst(one)),
  ),
  mutant(
    'undoing is given up',
    ['I1', 'I18'],
    writer((one) => new GivesUpUndoing(one)),
  ),
  mutant('offsets are committed before the effect', ['I13', 'I16', 'I1', 'I2'], loop({ commit: 'before' })),
  mutant('offsets pass what is undecided', ['I13', 'I16', 'I1', 'I2'], loop({ commit: 'without-low-water' })),
  mutant('an error in the handler is swallowed', ['I13', 'I16', 'I1', 'I2'], loop({ onFailure: 'skip' })),
  mutant('a batch left early counts as read', ['I13', 'I16', 'I1', 'I2'], loop({ takes: 'first-half-of-batch' })),
  mutant('no heartbeat in a long handler', ['I13'], loop({ heartbeat: 'between-batches' })),
  mutant('a group begins at the end of the log', ['I13', 'I16', 'I1', 'I2'], loop({ startsAt: 'end' })),
  mutant('a refusal goes to the dead letters and nowhere else', ['I16', 'I13'], {
    ...answering((result) => withoutType(result, 'CompensationRequested')),
  }),
  {
    ...mutant('a request counts as late before the log is read to its end', ['I1', 'I13', 'I16'], {
      ...stage((inner) => ({
        handle: (batch, context) => inner.handle(batch, { ...context, logEnd: () => Promise.resolve(0n) }),
      })),
    }),
    seed: 181,
  },
  mutant('outcomes are not said', ['I16', 'I5', 'I7'], {
    ...answering((result, index) => (index === 1 ? withoutType(result, 'StoreCompensated') : result)),
  }),
  mutant('three receipts are enough', ['I7', 'I8', 'I14', 'I1', 'I13'], onThreeReceipts()),
  mutant('repeated receipts count', ['I7', 'I8', 'I14', 'I1', 'I13'], countingReceipts()),
  mutant('compensation comes by a topic of its own', ['I1', 'I7', 'I8'], compensationFirst),
  mutant('a writer decides by its clock', ['I1', 'I7', 'I8', 'I13'], byWallClock()),
  mutant('an extraction is not kept', ['I2', 'I4'], { remake: otherAnswer }),
  mutant('the relay reads rows after the last id', ['I11', 'I13'], relay(afterLastId)),
  mutant('the relay removes before it publishes', ['I11', 'I5', 'I16'], removesFirst),
  mutant('the relay publishes out of order', ['I11'], newestFirst),
  mutant('two sends at once', ['I16', 'I5', 'I1', 'I13'], { publish: concurrentSends }),
  mutant('a request is answered before its commit', ['I5'], { answers: 'before-commit' }),
  mutant('an old version goes before the new one comes', ['I14'], {
    makeWriter: (process) => new RemovesFirst(process),
  }),
  mutant('two versions are shown for a moment', ['I14'], { makeWriter: (process) => new ShowsBoth(process) }),
  mutant('a document is said to be gone while it is shown', ['I14'], {
    makeWriter: (process) => new RemovesLater(process),
  }),
  mutant('queries show what is pending', ['I14'], { look: pendingToo }),
  mutant('queries leave the tenant out', ['I15'], { look: withoutTenant }),
  mutant('mentions are counted up', ['I9'], keptGraph('counts-up')),
  mutant('an entity is created, not merged', ['I9'], keptGraph('creates')),
  mutant('no unique constraint', ['I9'], keptGraph('no-unique-constraint')),
  mutant('a shared entity is deleted', ['I9'], keptGraph('deletes-shared')),
  mutant('the ledger takes a receipt for an end', ['I7'], { ledgerFold: eagerLedger }),
  mutant('the ledger does not wait for the cause', ['I7'], { ledgerFold: hastyLedger }),
  {
    ...mutant('the ledger believes only what stores can still say', ['I7'], { ledgerFold: credulousLedger }),
    seed: 9,
  },
];
