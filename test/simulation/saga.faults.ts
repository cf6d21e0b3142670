import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { emission, type DocumentEmbedded, type Emission } from '#events';
import { PermanentFailure, TransientFailure } from '#failure';
import { storeNames, type PendingBatch, type PendingResult, type StoreName } from '#stores/port';
import { MemoryStore, MemoryStoreWriter } from '#stores/memory';

import { anIngestion } from '../builders/index.js';
import { SimulatedWriters, type StepKind } from './simulated-writers.js';

const runs = Number(process.env['PENSTOCK_SIMULATION_RUNS'] ?? 3000);
const namespace = 'default';
const documents = ['a', 'b'] as const;
const versions = [1, 2, 3] as const;

interface Fault {
  readonly store: number;
  readonly documentId: string;
  readonly version: number;
}

/** A memory store that refuses some ingestions for good, and fails now and then before, between and after its steps. */
class FaultyWriter extends MemoryStoreWriter {
  constructor(
    store: StoreName,
    data: MemoryStore,
    private readonly refuses: (part: DocumentEmbedded) => boolean,
    flaky: () => boolean,
  ) {
    super(store, data, () => (flaky() ? Promise.reject(new TransientFailure('flaky')) : Promise.resolve()));
  }

  override writePending(batch: PendingBatch): Promise<PendingResult> {
    if (batch.parts.some(this.refuses))
      return Promise.reject(new PermanentFailure('refused', { reason: 'store-refused' }));
    return super.writePending(batch);
  }
}

const schedule = fc.record({
  /** Order in which upstream says its parts, retractions and aborts; indices into what is left to say. */
  upstream: fc.array(fc.nat({ max: 30 }), { minLength: 20, maxLength: 20 }),
  steps: fc.array(
    fc.record({
      writer: fc.nat({ max: 3 }),
      kind: fc.constantFrom<StepKind>(
        'handle',
        'handle',
        'handle',
        'crash-before-publish',
        'crash-before-commit',
        'restart',
        'zombie',
      ),
      count: fc.integer({ min: 1, max: 9 }),
      say: fc.nat({ max: 2 }),
    }),
    { maxLength: 60 },
  ),
  refused: fc.array(
    fc.record({
      store: fc.nat({ max: 3 }),
      documentId: fc.constantFrom(...documents),
      version: fc.constantFrom(...versions),
    }),
    { maxLength: 3 },
  ),
  flaky: fc.array(fc.nat({ max: 7 }), { maxLength: 40 }),
  retract: fc.option(fc.record({ documentId: fc.constantFrom(...documents), version: fc.constantFrom(...versions) })),
  abort: fc.option(fc.record({ documentId: fc.constantFrom(...documents), version: fc.constantFrom(...versions) })),
});

type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

function ingestion(documentId: string, version: number): DocumentEmbedded[] {
  const names = ['Ada', documentId === 'a' ? 'Bob' : 'Cleo', `Version ${version}`];
  return anIngestion({ namespace, documentId, version })
    .withParts(((version + documentId.length) % 3) + 1)
    .withEntities(names)
    .build();
}

/**
 * Everything upstream will say, in the order of the schedule; parts of one ingestion stay in order, some are
 * said twice.
 */
function upstreamOf(plan: Schedule): Emission[] {
  const queues = documents.flatMap((documentId) =>
    versions.map((version) => ingestion(documentId, version).map((part) => emission('DocumentEmbedded', part))),
  ) as Emission[][];
  const [first] = queues[0] ?? [];
  if (first !== undefined) queues.push([first, first]);
  const at = 1_793_491_200_000;
  if (plan.retract !== null) {
    const ingestionId = '01930000-0000-7000-8000-000000000001';
    queues.push([
      emission('DocumentRetracted', { namespace, ...plan.retract, ingestionId, reason: '', retractedAt: at }),
    ]);
  }
  if (plan.abort !== null) {
    const { ingestionId } = ingestion(plan.abort.documentId, plan.abort.version)[0] ?? { ingestionId: '' };
    const why = { requestedBy: 'extractor', reason: 'test', message: 'test', requestedAt: at };
    queues.push([emission('CompensationRequested', { namespace, ...plan.abort, ingestionId, ...why })]);
  }
  const said: Emission[] = [];
  for (let turn = 0; queues.some((queue) => queue.length > 0); turn += 1) {
    const open = queues.filter((queue) => queue.length > 0);
    const queue = open[(plan.upstream[turn % plan.upstream.length] ?? 0) % open.length];
    const next = queue?.shift();
    if (next !== undefined) said.push(next);
  }
  return said;
}

async function run(plan: Schedule): Promise<{ stores: MemoryStore[]; writers: SimulatedWriters }> {
  const stores = storeNames.map(() => new MemoryStore());
  let calls = 0;
  let healed = false;
  const flaky = (): boolean => {
    calls += 1;
    return !healed && plan.flaky[calls % Math.max(plan.flaky.length, 1)] === 0;
  };
  const hits =
    (part: DocumentEmbedded, index: number) =>
    (fault: Fault): boolean =>
      fault.store === index && fault.documentId === part.documentId && fault.version === part.version;
  const made = storeNames.map((store, index) => {
    const refuses = (part: DocumentEmbedded): boolean => plan.refused.some(hits(part, index));
    return [store, new FaultyWriter(store, stores[index] ?? new MemoryStore(), refuses, flaky)] as const;
  });
  const writers = new SimulatedWriters(Object.fromEntries(made) as unknown as Record<StoreName, MemoryStoreWriter>);
  const upstream = upstreamOf(plan);
  for (const { writer, kind, count, say } of plan.steps) {
    writers.append(upstream.splice(0, say));
    await writers.step(writer, kind, count);
  }
  writers.append(upstream);
  healed = true;
  await writers.settle();
  return { stores, writers };
}

/** Which versions may be live: the newest one that nothing spoke against, if the schedule forced a unique answer. */
function check(plan: Schedule, stores: readonly MemoryStore[], writers: SimulatedWriters): void {
  const views = stores.map((store) =>
    store
      .live(namespace)
      .documents.map(({ ingestionId }) => ingestionId)
      .sort(),
  );
  for (const view of views) expect(view).toEqual(views[0]);
  const pieces = stores.map((store) => store.everything().map(({ ingestionId, part }) => `${ingestionId}/${part}`));
  for (const held of pieces) expect(held).toEqual(pieces[0]);
  expect(writers.waiting()).toEqual([]);
  for (const documentId of documents) {
    const live = stores[0]?.live(namespace).documents.filter((document) => document.documentId === documentId) ?? [];
    expect(live.length).toBeLessThanOrEqual(1);
    for (const { version } of live) {
      const spokenAgainst = plan.refused.some((fault) => fault.documentId === documentId && fault.version === version);
      expect(spokenAgainst).toBe(false);
      if (plan.retract?.documentId === documentId) expect(version).toBeGreaterThan(plan.retract.version);
    }
  }
  const told = (type: string, ingestionId: string): number =>
    new Set(
      writers.outcomes.flatMap((said) =>
        said.type === type && 'store' in said.payload && said.payload.ingestionId === ingestionId
          ? [said.payload.store]
          : [],
      ),
    ).size;
  for (const ingestionId of views[0] ?? []) expect(told('StorePromoted', ingestionId)).toBe(4);
}

describe('the saga under crashes, repeats, zombies and refusals', () => {
  it('leaves every ingestion live in all four stores or in none', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (plan) => {
        const { stores, writers } = await run(plan);
        check(plan, stores, writers);
      }),
      { numRuns: runs, endOnFailure: false },
    );
  });
});
