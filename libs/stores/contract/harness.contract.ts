import { expect } from '@jest/globals';

import type { DocumentEmbedded } from '#events';
import { linkedParts } from '#identity';
import type { CompensateResult, IngestionState, PromoteResult, StoreWriter, WriteOutcome } from '#stores/port';

import { receiptOf, ref } from '../../../test/builders/index.js';

export interface LiveDocument {
  readonly documentId: string;
  readonly ingestionId: string;
  /** Texts of the chunks in order of seq; left out by a store that keeps no texts. */
  readonly chunkTexts?: readonly string[];
}

/** What a user of the store's public contract (DESIGN section 5) sees of one namespace, in any order. */
export interface LiveView {
  readonly documents: readonly LiveDocument[];
  /** Names of the live entities, one for each uuid; left out by a store without entities. */
  readonly entities?: readonly string[];
  /** Sentences of the live facts, one for each uuid; left out by a store without facts. */
  readonly facts?: readonly string[];
  /** Sentences of the live facts that have ended, with the milliseconds; left out by a store that derives no ends. */
  readonly ended?: readonly (readonly [string, number])[];
}

/** One store under test. The suite takes a fresh namespace for each test. */
export interface StoreHarness {
  readonly writer: StoreWriter;
  live(namespace: string): Promise<LiveView>;
  /** All data the store holds, pending included, tombstones and other bookkeeping left out; comparable by toEqual. */
  everything(): Promise<unknown>;
  close(): Promise<void>;
  /** True for a store that fences outside the atomic step of its write, so that audit finds what slips through. */
  readonly zombiesMaySlipThrough?: boolean;
}

/** Parts of one ingestion. */
export type Parts = readonly DocumentEmbedded[];

const signal = new AbortController().signal;

/** The verbs as tests speak of them: in terms of the parts of ingestions. */
export class Steps {
  constructor(private readonly harness: () => StoreHarness) {}

  private get writer(): StoreWriter {
    return this.harness().writer;
  }

  /** Writes parts, with the receipt of each ingestion that is whole in the batch. */
  async write(...parts: Parts): Promise<WriteOutcome[]> {
    const byIngestion = Map.groupBy(parts, ({ ingestionId }) => ingestionId);
    const whole = [...byIngestion.values()].filter(
      (own) => new Set(own.map(({ part }) => part)).size === own[0]?.parts,
    );
    const receipts = whole.map((own) => receiptOf(own, this.writer.store));
    const { outcomes } = await this.writer.writePending({ parts, receipts, signal });
    return [...outcomes];
  }

  promote(...ingestions: readonly Parts[]): Promise<PromoteResult[]> {
    return this.writer.promote(ingestions.map(ref), signal);
  }

  compensate(...ingestions: readonly Parts[]): Promise<CompensateResult[]> {
    return this.writer.compensate(ingestions.map(ref), signal);
  }

  /** Retracts each document up to the version of the given ingestion; answers what was removed, sorted. */
  async retract(...ingestions: readonly Parts[]): Promise<string[][]> {
    const results = await this.writer.retract(ingestions.map(ref), signal);
    return results.map(({ removed }) => removed.toSorted());
  }

  states(...ingestions: readonly Parts[]): Promise<(IngestionState | undefined)[]> {
    return this.writer.states(ingestions.map(ref), signal);
  }

  async makeLive(...ingestions: readonly Parts[]): Promise<void> {
    await this.write(...ingestions.flat());
    const results = await this.promote(...ingestions);
    expect(results.map(({ state }) => state)).toEqual(ingestions.map(() => 'live'));
  }

  everything(): Promise<unknown> {
    return this.harness().everything();
  }

  /** The facts of the namespace that have ended, with the milliseconds, by their sentences. */
  async ended(namespace: string): Promise<Record<string, number>> {
    return Object.fromEntries((await this.harness().live(namespace)).ended ?? []);
  }

  /** Names of the live entities, sorted; undefined for a store without entities. */
  async names(namespace: string): Promise<string[] | undefined> {
    return (await this.harness().live(namespace)).entities?.toSorted();
  }

  /** Expects exactly these ingestions to be visible in the namespace: whole, once, with their entities and facts. */
  async expectLive(namespace: string, ...ingestions: readonly Parts[]): Promise<void> {
    const view = await this.harness().live(namespace);
    const keepsTexts = view.documents.every(({ chunkTexts }) => chunkTexts !== undefined);
    expect(canonical(view)).toEqual(canonical(viewOf(ingestions, view, keepsTexts)));
  }
}

/** What the store has to show if these and no others are live, as far as it shows that kind of thing. */
function viewOf(ingestions: readonly Parts[], like: LiveView, withTexts: boolean): LiveView {
  const parts = linkedParts(ingestions.flat());
  const entities = new Map(parts.flatMap((part) => part.entities.map(({ uuid, name }) => [uuid, name] as const)));
  const facts = new Map(parts.flatMap((part) => part.facts.map(({ uuid, fact }) => [uuid, fact] as const)));
  return {
    documents: ingestions.map((own) => {
      const { documentId, ingestionId } = ref(own);
      const chunks = own.flatMap((part) => part.chunks).sort((a, b) => a.seq - b.seq);
      return { documentId, ingestionId, ...(withTexts ? { chunkTexts: chunks.map(({ text }) => text) } : {}) };
    }),
    ...(like.entities === undefined ? {} : { entities: [...entities.values()] }),
    ...(like.facts === undefined ? {} : { facts: [...facts.values()] }),
  };
}

function canonical(view: LiveView): LiveView {
  return {
    documents: view.documents.toSorted((a, b) => (a.documentId < b.documentId ? -1 : 1)),
    ...(view.entities === undefined ? {} : { entities: view.entities.toSorted() }),
    ...(view.facts === undefined ? {} : { facts: view.facts.toSorted() }),
  };
}
