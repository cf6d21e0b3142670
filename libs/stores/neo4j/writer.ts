import type { Driver } from 'neo4j-driver';

import { asTransient } from '#failure';
import {
  promotionGroups,
  StoreWriter,
  type CompensateResult,
  type IngestionRef,
  type IngestionState,
  type PendingBatch,
  type PendingResult,
  type PromoteResult,
  type RetractionRef,
  type RetractResult,
} from '#stores/port';

import { compensateIn } from './compensate.js';
import { readStates } from './cypher.js';
import { ingestionRow } from './mapping.js';
import { promoteIn } from './promote.js';
import { retractIn } from './retract.js';
import { prepareSchema } from './schema.js';
import { inTransaction, type Run } from './transaction.js';
import { writePendingIn } from './write-pending.js';

/** Ingestions promoted in one transaction: few commits for small documents, short locks for large ones. */
const promotedTogetherMax = 16;

/**
 * Neo4j. Pending parts are nodes of bookkeeping, not graph: nobody who reads the graph sees them. Promotion turns them
 * into episodes, entities and facts inside the database, in one transaction with the removal of the version before.
 */
export class Neo4jStoreWriter extends StoreWriter {
  readonly store = 'neo4j';

  constructor(private readonly driver: Driver) {
    super();
  }

  async prepare(): Promise<void> {
    await prepareSchema(this.driver);
  }

  async writePending({ parts, signal }: PendingBatch): Promise<PendingResult> {
    if (parts.length === 0) return { outcomes: [], receiptsAnnounced: false };
    const outcomes = await inTransaction(this.driver, signal, (run) => writePendingIn(run, parts));
    return { outcomes, receiptsAnnounced: false };
  }

  async promote(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    const results: PromoteResult[] = [];
    for (const group of promotionGroups(ingestions, promotedTogetherMax)) {
      results.push(...(await this.finish(signal, (run) => promoteIn(run, group))));
    }
    return results;
  }

  async compensate(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<CompensateResult[]> {
    if (ingestions.length === 0) return [];
    return this.finish(signal, (run) => compensateIn(run, ingestions));
  }

  async retract(documents: readonly RetractionRef[], signal: AbortSignal): Promise<RetractResult[]> {
    if (documents.length === 0) return [];
    return this.finish(signal, (run) => retractIn(run, documents));
  }

  async states(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<(IngestionState | undefined)[]> {
    const ingestionIds = ingestions.map(({ ingestionId }) => ingestionId);
    const rows = await this.finish(signal, (run) => run(readStates, { ingestions: ingestions.map(ingestionRow) }));
    const known = new Map(rows.map((row) => [row['ingestionId'], row['state'] as IngestionState]));
    return ingestionIds.map((ingestionId) => known.get(ingestionId));
  }

  async close(): Promise<void> {
    await this.driver.close();
  }

  /** Runs a step that never gives up: after the decision there is nobody to tell that the store refuses. */
  private async finish<T>(signal: AbortSignal, work: (run: Run) => Promise<T>): Promise<T> {
    try {
      return await inTransaction(this.driver, signal, work);
    } catch (error) {
      throw asTransient(error);
    }
  }
}
