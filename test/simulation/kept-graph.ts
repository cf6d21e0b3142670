import type { IngestionRef, IngestionState, PromoteResult, RetractionRef } from '#stores/port';
import { MemoryStore } from '#stores/memory';

import type { Graph } from '../checker/index.js';
import { graphOf } from './contents.js';
import { SimulatedStoreWriter, type StoreProcess } from './simulated-store.js';

/** Mistakes in keeping entities that several documents speak of. */
export type GraphMistake = 'none' | 'no-unique-constraint' | 'creates' | 'counts-up' | 'deletes-shared';

interface Node {
  readonly uuid: string;
  readonly name: string;
  readonly episodes: Set<string>;
  mentions: number;
}

/** A store that keeps its entities from change to change, as a graph does, and makes one mistake in it. */
export class KeptGraph extends MemoryStore {
  private nodes: Node[] = [];
  private committed: ReadonlySet<string> | undefined;

  constructor(private readonly mistake: GraphMistake) {
    super();
  }

  /** Transactions begin that run at the same time: each finds what was there before them all. */
  beginTogether(): void {
    if (this.mistake === 'no-unique-constraint') this.committed = new Set(this.nodes.map(({ uuid }) => uuid));
  }

  override promote(ref: IngestionRef): { state: IngestionState; replaced: string[] } | undefined {
    const result = super.promote(ref);
    if (result?.state !== 'live') return result;
    this.enter(ref.ingestionId);
    for (const ingestionId of result.replaced) this.leave(ingestionId);
    return result;
  }

  override retract(ref: RetractionRef): string[] {
    const removed = super.retract(ref);
    for (const ingestionId of removed) this.leave(ingestionId);
    return removed;
  }

  graph(): Graph {
    const entities = this.nodes.map(({ uuid, name, mentions }) => ({ uuid, name, mentions }));
    return { entities, facts: graphOf(this).facts };
  }

  private enter(ingestionId: string): void {
    const held = [...this.remembered()].find(({ ref }) => ref.ingestionId === ingestionId);
    const spoken = [...(held?.parts.values() ?? [])].flatMap(({ entities }) => entities);
    for (const { uuid, name } of new Map(spoken.map((one) => [one.uuid, one])).values()) {
      const node = this.nodeOf(uuid, name);
      node.episodes.add(ingestionId);
      node.mentions = this.mistake === 'counts-up' ? node.mentions + 1 : node.episodes.size;
    }
  }

  private nodeOf(uuid: string, name: string): Node {
    const isSeen = this.mistake !== 'creates' && this.committed?.has(uuid) !== false;
    const known = isSeen ? this.nodes.find((node) => node.uuid === uuid) : undefined;
    const node = known ?? { uuid, name, episodes: new Set<string>(), mentions: 0 };
    if (known === undefined) this.nodes.push(node);
    return node;
  }

  private leave(ingestionId: string): void {
    const own = new Set(this.nodes.filter((node) => node.episodes.delete(ingestionId)));
    for (const node of own) node.mentions = this.mistake === 'counts-up' ? node.mentions - 1 : node.episodes.size;
    const goes = (node: Node): boolean =>
      own.has(node) && (this.mistake === 'deletes-shared' || node.episodes.size === 0);
    this.nodes = this.nodes.filter((node) => !goes(node));
  }
}

/** Promotes all of a batch at the same time. */
export class ConcurrentWriter extends SimulatedStoreWriter {
  constructor(private readonly at: StoreProcess) {
    super(at);
  }

  override promote(refs: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    if (this.at.store instanceof KeptGraph) this.at.store.beginTogether();
    return super.promote(refs, signal);
  }
}
