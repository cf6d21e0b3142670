import { storeNames } from '#stores/port';

import type { Contents } from '../checker/index.js';
import { fullContents } from '../chaos/full-contents.js';
import { Seeded } from '../chaos/seeded.js';
import { begins, type Cell } from './cells.js';
import type { CellResult } from './check-cells.js';
import { asMail, bystanderId, idInPartition, someText, type CellDocument } from './documents.js';
import type { Client } from './client.js';
import { until } from './until.js';
import type { FaultWorld } from './world.js';

const setUpMs = 300_000;

/** A namespace from wave to wave: a bystander, and what the waves before left live. */
interface Tenant {
  readonly namespace: string;
  readonly partition: number;
  hasBystander: boolean;
  documents: number;
  live: LiveDocument | undefined;
}

interface LiveDocument {
  readonly documentId: string;
  /** What the namespace held before this document came. */
  readonly without: Contents;
}

/** The documents of a wave, and what was there before it. */
export interface Prepared {
  readonly documents: readonly CellDocument[];
  readonly before: Contents;
  /** What a deletion has to leave, by namespace. */
  readonly without: ReadonlyMap<string, Contents>;
}

/**
 * A namespace for each partition. What one wave creates another one updates or deletes, so that little has to be
 * prepared, and every document lives a life among others.
 */
export class Tenants {
  private readonly tenants: Tenant[];
  private readonly random: Seeded;
  private made = 0;

  constructor(
    private readonly world: FaultWorld,
    private readonly client: Client,
    private readonly prefix: string,
    seed: number,
    /** Mails have attachments. */
    private readonly areMails = false,
  ) {
    this.random = new Seeded(seed);
    this.tenants = Array.from({ length: world.partitions }, (_, partition) => this.tenant(partition));
  }

  /** Chooses a document for each cell, each in another partition, and makes what has to be live before. */
  async prepare(cells: readonly Cell[]): Promise<Prepared> {
    const chosen = this.choose(cells);
    const bare = [...chosen.values()].filter(({ hasBystander }) => !hasBystander);
    for (const one of bare) {
      await this.client.put(one.namespace, bystanderId, someText(one.namespace, 1, this.random));
      one.hasBystander = true;
    }
    await this.areLive(bare);
    const lacking = [...chosen].filter(([cell, { live }]) => !begins(cell) && live === undefined);
    await this.makeLive(lacking.map(([, one]) => one));
    const documents = [...chosen].map(([cell, one]) => this.documentOf(cell, one));
    const before = await fullContents(
      this.world.contents,
      [...chosen.values()].map(({ namespace }) => namespace),
    );
    const without = [...chosen.values()].map(
      ({ namespace, live }) => [namespace, live?.without ?? within(before, namespace)] as const,
    );
    return { documents, before, without: new Map(without) };
  }

  /** Remembers what is live; a namespace in which something is wrong is left alone from now on. */
  remember(results: readonly CellResult[], { documents, before }: Prepared): void {
    documents.forEach(({ cell, namespace, documentId }, i) => {
      const tenant = this.tenants.find((one) => one.namespace === namespace);
      const result = results[i];
      if (tenant === undefined || result === undefined) return;
      if (result.violations.length > 0) this.tenants[tenant.partition] = this.tenant(tenant.partition);
      else if (result.end === 'retracted') tenant.live = undefined;
      else if (begins(cell) && result.end === 'live') {
        tenant.live = { documentId, without: within(before, namespace) };
      }
    });
  }

  private tenant(partition: number): Tenant {
    this.made += 1;
    const namespace = `${this.prefix}-${String(this.made).padStart(4, '0')}`;
    return { namespace, partition, hasBystander: false, documents: 0, live: undefined };
  }

  /** New documents go where none is live, the others where one is, as far as that is possible. */
  private choose(cells: readonly Cell[]): Map<Cell, Tenant> {
    const free = this.tenants.toSorted((a, b) => Number(a.live !== undefined) - Number(b.live !== undefined));
    const creating = cells.filter(begins);
    const others = cells.filter((cell) => !begins(cell));
    const chosen = new Map<Cell, Tenant>();
    for (const cell of others) {
      const tenant = free.pop();
      if (tenant !== undefined) chosen.set(cell, tenant);
    }
    for (const cell of creating) {
      const tenant = free.shift();
      if (tenant !== undefined) chosen.set(cell, tenant);
    }
    return new Map(cells.flatMap((cell) => (chosen.has(cell) ? [[cell, chosen.get(cell) as Tenant]] : [])));
  }

  private documentOf(cell: Cell, tenant: Tenant): CellDocument {
    const { namespace, live } = tenant;
    const documentId = begins(cell) ? this.nextId(tenant) : (live?.documentId ?? '');
    return { cell, namespace, documentId, key: `${namespace}/${documentId}`, random: this.random.fork() };
  }

  private nextId(tenant: Tenant): string {
    tenant.documents += 1;
    const { namespace, partition, documents } = tenant;
    return idInPartition(namespace, `document ${documents}`, partition, this.world.partitions);
  }

  private async makeLive(tenants: readonly Tenant[]): Promise<void> {
    if (tenants.length === 0) return;
    const before = await fullContents(
      this.world.contents,
      tenants.map(({ namespace }) => namespace),
    );
    for (const one of tenants) {
      const documentId = this.nextId(one);
      const text = someText(one.namespace, 4, this.random);
      const sent = this.areMails ? asMail(one.namespace, text, this.random) : undefined;
      await this.client.put(one.namespace, documentId, text, sent);
      one.live = { documentId, without: within(before, one.namespace) };
    }
    await this.areLive(tenants);
  }

  private async areLive(tenants: readonly Tenant[]): Promise<void> {
    if (tenants.length === 0) return;
    const namespaces = tenants.map(({ namespace }) => namespace);
    const { contents } = this.world;
    const areOver = async (): Promise<boolean> => {
      // In this order: what waits no more is in the ledger.
      const held = await contents.sql('SELECT FROM penstock.held_children WHERE namespace = ANY($1)', [namespaces]);
      const rows = await contents.ledger(namespaces);
      return held.length === 0 && rows.every(({ concluded }) => concluded);
    };
    await until('documents to be live', areOver, setUpMs);
  }
}

/** What stores hold of one namespace. */
export function within(contents: Contents, namespace: string): Contents {
  const own = ({ document }: { document: string }): boolean =>
    document === namespace || document.startsWith(`${namespace}/`);
  return Object.fromEntries(storeNames.map((store) => [store, contents[store].filter(own)])) as unknown as Contents;
}
