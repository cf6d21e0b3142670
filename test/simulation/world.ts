import { documentKey, topicOfEvent, type DocumentEmbedded, type Emission } from '#events';
import type { PartitionStage, ReceivedEvent } from '#kafka';
import { WriterStage } from '#saga';
import { MemoryStore, type StepHook } from '#stores/memory';
import { storeNames, type StoreName, type StoreWriter } from '#stores/port';
import { Metrics } from '#telemetry';

import type { foldBatch } from '../../libs/ledger/fold-batch.js';
import type { OutboxRows } from '../../libs/outbox/relay-turn.js';
import type { Graph, Reading } from '../checker/index.js';
import { Clients, type Request } from './clients.js';
import { emptyStores, graphOf, readingsOf, type Stores } from './contents.js';
import type { Coverage } from './coverage.js';
import { atMs } from './documents.js';
import { LedgerActor } from './ledger-actor.js';
import { SimulatedOutbox } from './outbox.js';
import { SimulatedStoreWriter, type StoreProcess } from './simulated-store.js';
import { TwoStepStore } from './two-step-store.js';
import { Upstream } from './upstream.js';
import { soundHabits, WriterActor, type LoopHabits, type WriterWorld } from './writer-actor.js';

/** What the world is made of. All of it is real but for stores, log and loop; a mutant replaces one piece. */
export interface Machinery {
  readonly makeStore: (name: StoreName) => MemoryStore;
  readonly makeWriter: (process: StoreProcess) => StoreWriter;
  readonly wrapStage: (stage: PartitionStage, store: StoreName) => PartitionStage;
  readonly habits: LoopHabits;
  readonly relayRows: (rows: OutboxRows) => OutboxRows;
  readonly remake: (said: Emission) => Emission;
  readonly answers: 'after-commit' | 'before-commit';
  readonly graph: (store: MemoryStore) => Graph;
  readonly look: typeof readingsOf;
  /** What a request to publish leaves on the log. */
  readonly publish: (emissions: readonly Emission[]) => readonly Emission[];
  readonly ledgerFold: typeof foldBatch | undefined;
}

export const sound: Machinery = {
  makeStore: (name) => (name === 'qdrant' ? new TwoStepStore() : new MemoryStore()),
  makeWriter: (process) => new SimulatedStoreWriter(process),
  wrapStage: (stage) => stage,
  habits: soundHabits,
  relayRows: (rows) => rows,
  remake: (said) => said,
  answers: 'after-commit',
  graph: graphOf,
  look: readingsOf,
  publish: (emissions) => emissions,
  ledgerFold: undefined,
};

/** What a world begins with. */
export interface Beginning {
  readonly requests: readonly Request[];
  readonly refuses: (part: DocumentEmbedded, store: StoreName) => boolean;
  /** After how many parts a stage gives an ingestion up; nothing: never. */
  readonly failsAt: (ingestion: { readonly documentId: string; readonly version: number }) => number | undefined;
  readonly cancels: (ingestion: { readonly documentId: string; readonly version: number }) => boolean;
}

const metrics = new Metrics();
const options = { writeDeadlineMs: 600_000 };

/** One partition of the saga log with everybody who reads and writes it; no clock, no network, no threads. */
export class World implements WriterWorld {
  readonly log: ReceivedEvent[] = [];
  readonly outcomes: Emission[] = [];
  readonly readings: Reading[] = [];
  /** When each record was put on its topic, by the clock of `now`. */
  readonly sent = { saga: [] as number[], outcomes: [] as number[] };
  readonly stores: Stores;
  readonly outbox: SimulatedOutbox;
  readonly upstream: Upstream;
  readonly clients: Clients;
  readonly ledger: LedgerActor;
  readonly writers: readonly WriterActor[];
  readonly habits: LoopHabits;
  private readonly looked = new Map<StoreName, number>();
  /** How often each store said what became of an ingestion or a document. */
  private readonly said = new Map<StoreName, number>();

  constructor(
    private readonly beginning: Beginning,
    private readonly machinery: Machinery,
    readonly coverage: Coverage,
    stores?: Stores,
  ) {
    this.habits = machinery.habits;
    this.stores = emptyStores((name) => stores?.[name].copy() ?? machinery.makeStore(name));
    this.outbox = new SimulatedOutbox((said) => this.append(said), machinery.relayRows);
    this.upstream = new Upstream((said) => this.append(said), coverage, machinery.remake);
    const records = { saga: this.log, outcomes: this.outcomes };
    this.ledger = new LedgerActor(records, this.outbox, coverage, machinery.ledgerFold);
    const enter = (row: Parameters<LedgerActor['rows']['set']>[1]): void =>
      void this.ledger.rows.set(row.ingestionId, row);
    this.clients = new Clients(beginning.requests, this.outbox, enter, coverage, machinery.answers);
    this.writers = storeNames.map((store) => new WriterActor(store, this));
  }

  /**
   * A world of its own in the same state, if none of its processes stands still: nobody can copy what those are in the
   * middle of. Only the sound machinery keeps all its state where this looks for it.
   */
  copy(): World | undefined {
    if (this.machinery !== sound || this.writers.some(({ asleep }) => asleep > 0)) return undefined;
    const copy = new World(this.beginning, this.machinery, this.coverage, this.stores);
    copy.log.push(...this.log);
    copy.outcomes.push(...this.outcomes);
    copy.readings.push(...this.readings);
    copy.sent.saga.push(...this.sent.saga);
    copy.sent.outcomes.push(...this.sent.outcomes);
    for (const [name, changes] of this.looked) copy.looked.set(name, changes);
    for (const [name, times] of this.said) copy.said.set(name, times);
    for (const ingestionId of this.submitted) copy.submitted.add(ingestionId);
    copy.outbox.takeOver(this.outbox);
    copy.upstream.takeOver(this.upstream);
    copy.clients.takeOver(this.clients);
    copy.ledger.takeOver(this.ledger);
    copy.writers.forEach((writer, i) => writer.takeOver(this.writers[i] as WriterActor));
    return copy;
  }

  /** What a writer's loop publishes. */
  say(emissions: readonly Emission[]): void {
    this.append(this.machinery.publish(emissions));
  }

  open(name: StoreName, hook: StepHook): ReturnType<PartitionStage['open']> {
    const { machinery, beginning } = this;
    const announce = (said: readonly Emission[]): void =>
      this.outbox.commit(this.outbox.insert(said, 'writer-postgres'));
    const refuses = (part: DocumentEmbedded): boolean => beginning.refuses(part, name);
    const onFenced = (): void => this.coverage.note('late-write-fenced');
    const store = this.stores[name];
    const onHalfPromoted = (): void => this.coverage.note('half-promoted');
    const writer = machinery.makeWriter({ name, store, hook, refuses, announce, onFenced, onHalfPromoted });
    return machinery.wrapStage(new WriterStage(writer, options, metrics), name).open('saga', 0);
  }

  /** A reader looks at the live view of a store, if that may have changed, or if the store has said something of it. */
  look(name: StoreName): void {
    const store = this.stores[name];
    const changes = store.revision + (this.said.get(name) ?? 0);
    if (this.machinery.look === readingsOf && this.looked.get(name) === changes) return;
    this.looked.set(name, changes);
    this.readings.push(...this.machinery.look(store, name, this.now + 1));
  }

  lookEverywhere(): void {
    for (const name of storeNames) this.look(name);
  }

  /** What time it is: only records make time go on, and readers look between two of them. */
  private get now(): number {
    return 2 * (this.log.length + this.outcomes.length);
  }

  private append(emissions: readonly Emission[]): void {
    for (const said of emissions) {
      const topic = topicOfEvent[said.type];
      const at = this.now + 2;
      if (topic === 'outcomes') {
        this.sent.outcomes[this.outcomes.push(said) - 1] = at;
        if ('store' in said.payload) this.countSaid(said.payload.store as StoreName);
      } else if (topic === 'saga') this.sent.saga[this.log.push(this.received(said)) - 1] = at;
      else if (said.type === 'DocumentSubmitted') this.submit(said.payload.ingestionId ?? '');
    }
  }

  private countSaid(name: StoreName): void {
    this.said.set(name, (this.said.get(name) ?? 0) + 1);
  }

  private submit(ingestionId: string): void {
    const version = this.clients.accepted.get(ingestionId);
    if (version === undefined || this.submitted.has(ingestionId)) return;
    this.submitted.add(ingestionId);
    this.upstream.accept(version, this.beginning.failsAt(version.ref));
    if (this.beginning.cancels(version.ref)) this.upstream.cancel(version);
  }

  private readonly submitted = new Set<string>();

  private received(said: Emission): ReceivedEvent {
    const offset = BigInt(this.log.length);
    const key = documentKey(said.payload);
    const place = { id: '', key, topic: 'saga', partition: 0, offset, timestampMs: atMs, headers: {} };
    return { ...said, ...place };
  }
}
