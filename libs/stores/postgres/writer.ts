import type { Pool, PoolClient } from 'pg';

import { inTransaction, migrate, postgresFailure } from '#database';
import { documentKey, type DocumentEmbedded, type StoreWritten } from '#events';
import { PermanentFailure, TransientFailure } from '#failure';
import {
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

import { changeStates } from './change-states.js';
import { promotion, standing, type Fence, type StateChange } from './fence.js';
import { lockDocuments, lockIngestions } from './lock-documents.js';
import { ingestionRows, insertStatement, partRows } from './mapping.js';
import { postgresStoreMigrations } from './schema.js';

/** Puts receipts into the outbox, in the transaction of the client. */
export type AnnounceReceipts = (client: PoolClient, receipts: readonly StoreWritten[]) => Promise<void>;

/** PostgreSQL as a store: one transaction a verb, receipts in that of the write. The pool stays the caller's. */
export class PostgresStoreWriter extends StoreWriter {
  readonly store = 'postgres';

  constructor(
    private readonly pool: Pool,
    private readonly announce: AnnounceReceipts,
  ) {
    super();
  }

  async prepare(): Promise<void> {
    await migrate(this.pool, postgresStoreMigrations);
  }

  async writePending({ parts, receipts, signal }: PendingBatch): Promise<PendingResult> {
    if (parts.length === 0) return { outcomes: [], receiptsAnnounced: true };
    return this.transaction(signal, async (client) => {
      const fence = await lockIngestions(client, parts);
      if (fence.foreign !== undefined) throw foreignIngestion(fence.foreign);
      const outcomes = parts.map((part) => standing(fence, part) ?? 'pending');
      const accepted = parts.filter((_, index) => outcomes[index] === 'pending');
      await changeStates(client, lateRetractions(parts, outcomes, fence.states));
      if (accepted.length > 0) {
        await insertIngestions(client, accepted, fence);
        for (const rows of partRows(accepted)) await client.query(insertStatement(rows));
      }
      const pending = new Set(accepted.map(({ ingestionId }) => ingestionId));
      const announced = receipts.filter(({ ingestionId }) => pending.has(ingestionId));
      if (announced.length > 0) await this.announce(client, announced);
      return { outcomes, receiptsAnnounced: true };
    });
  }

  async promote(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<PromoteResult[]> {
    if (ingestions.length === 0) return [];
    return this.transaction(signal, async (client) => {
      const { results, changes } = promotion(await lockIngestions(client, ingestions), ingestions);
      const known = results.filter((result) => result !== undefined);
      if (known.length < results.length) {
        throw new TransientFailure('nothing is stored of an ingestion to promote', { reason: 'nothing-pending' });
      }
      await changeStates(client, changes);
      return known;
    });
  }

  async compensate(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<CompensateResult[]> {
    if (ingestions.length === 0) return [];
    return this.transaction(signal, async (client) => {
      const { states } = await lockIngestions(client, ingestions);
      const changes = ingestions.map((ref): StateChange => {
        const state = states.get(ref.ingestionId) ?? 'pending';
        return { ref, state: state === 'pending' ? 'compensated' : state };
      });
      const undone = changes.filter(({ ref }) => (states.get(ref.ingestionId) ?? 'pending') === 'pending');
      const counts = await changeStates(client, undone);
      const removed = new Map(undone.map(({ ref }, index) => [ref.ingestionId, counts[index]]));
      return changes.map(({ ref, state }) => ({ state, removed: removed.get(ref.ingestionId) ?? noCounts }));
    });
  }

  async retract(documents: readonly RetractionRef[], signal: AbortSignal): Promise<RetractResult[]> {
    if (documents.length === 0) return [];
    return this.transaction(signal, async (client) => {
      await lockDocuments(client, documents);
      const gone = await retractedIngestions(client, documents);
      await changeStates(
        client,
        gone.map((ref) => ({ ref, state: 'retracted' })),
      );
      const byDocument = Map.groupBy(gone, documentKey);
      return documents.map((document) => ({
        removed: (byDocument.get(documentKey(document)) ?? []).map(({ ingestionId }) => ingestionId),
      }));
    });
  }

  async states(ingestions: readonly IngestionRef[], signal: AbortSignal): Promise<(IngestionState | undefined)[]> {
    if (ingestions.length === 0) return [];
    throwIfAborted(signal);
    const { rows } = await this.pool
      .query<{ state: IngestionState | null }>(
        `SELECT CASE WHEN i.ingestion_id IS NULL THEN CASE WHEN g.version <= d.retracted_through THEN 'retracted' END
           WHEN (i.namespace, i.document_id) = (g.namespace, g.document_id) THEN i.state
           ELSE 'compensated' END AS state
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[])
           WITH ORDINALITY AS g (ingestion_id, namespace, document_id, version, position)
         LEFT JOIN penstock.store_ingestions i ON i.ingestion_id = g.ingestion_id
         LEFT JOIN penstock.store_documents d ON (d.namespace, d.document_id) = (g.namespace, g.document_id)
         ORDER BY g.position`,
        [ingestions.map(({ ingestionId }) => ingestionId), ...documentColumns(ingestions)],
      )
      .catch((error: unknown) => {
        throw postgresFailure(error);
      });
    return rows.map(({ state }) => state ?? undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private transaction<T>(signal: AbortSignal, work: (client: PoolClient) => Promise<T>): Promise<T> {
    throwIfAborted(signal);
    return inTransaction(this.pool, work);
  }
}

/**
 * The markers of ingestions that are new. Another document may have taken an id since the fence was read, which its
 * own lock does not keep away.
 */
async function insertIngestions(client: PoolClient, parts: readonly DocumentEmbedded[], fence: Fence): Promise<void> {
  const ids = parts.map(({ ingestionId }) => ingestionId);
  const fresh = new Set(ids.filter((id) => !fence.states.has(id)));
  const { rowCount } = await client.query(insertStatement(ingestionRows(parts)));
  if ((rowCount ?? 0) >= fresh.size) return;
  throw new TransientFailure('another document took the id of an ingestion meanwhile', {
    reason: 'ingestion-id-raced',
  });
}

const noCounts = { parts: 0, chunks: 0, entities: 0, facts: 0, mentions: 0 };

function foreignIngestion(ingestionId: string): PermanentFailure {
  return new PermanentFailure(`ingestion ${ingestionId} stands for another document`, { reason: 'ingestion-id-taken' });
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new TransientFailure('postgres: given up before it began', { reason: 'aborted' });
}

function documentColumns(documents: readonly RetractionRef[]): unknown[] {
  return [
    documents.map(({ namespace }) => namespace),
    documents.map(({ documentId }) => documentId),
    documents.map(({ version }) => version),
  ];
}

/** Tombstones of ingestions that were first heard of after their document was retracted. */
function lateRetractions(
  refs: readonly IngestionRef[],
  outcomes: readonly IngestionState[],
  known: ReadonlyMap<string, IngestionState>,
): StateChange[] {
  const late = refs.filter((ref, index) => outcomes[index] === 'retracted' && !known.has(ref.ingestionId));
  return [...new Map(late.map((ref) => [ref.ingestionId, ref])).values()].map((ref) => ({ ref, state: 'retracted' }));
}

/** Remembers retractions on their documents and answers the ingestions that have to go. */
async function retractedIngestions(client: PoolClient, documents: readonly RetractionRef[]): Promise<IngestionRef[]> {
  const { rows } = await client.query<IngestionRef>(
    `WITH given AS (SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) AS g (namespace, document_id, version)),
       marked AS (
         UPDATE penstock.store_documents d SET retracted_through = greatest(d.retracted_through, g.version), touched_at = now()
         FROM given g WHERE d.namespace = g.namespace AND d.document_id = g.document_id)
     SELECT i.ingestion_id AS "ingestionId", i.namespace, i.document_id AS "documentId", i.version
     FROM penstock.store_ingestions i JOIN given g USING (namespace, document_id)
     WHERE i.version <= g.version AND i.state IN ('pending', 'live') ORDER BY i.ingestion_id`,
    documentColumns(documents),
  );
  return rows;
}
