import type { ClientBase, Pool } from 'pg';

import { inTransaction, rowsOf } from '#database';
import { emission, outgoingEvent, type DocumentRef, type DocumentSubmitted, type EventCodec } from '#events';
import { PermanentFailure } from '#failure';
import type { StageContext } from '#kafka';
import { appendToOutbox } from '#outbox';

import { admit } from './admit.js';
import { HeldChildren } from './janitor.js';
import type { IngestionStatus } from './ledger-row.js';

/**
 * The lock on the row lets an end and this come one after the other: what is held before the end is seen by whoever
 * clears up after it, and after the end nothing is held.
 */
const holdOnce = `
WITH parent AS (SELECT FROM penstock.ingestions WHERE ingestion_id = $1 AND concluded_at IS NULL FOR SHARE)
INSERT INTO penstock.held_children (parent_ingestion_id, ingestion_id, namespace, document_id, submission)
SELECT $1, child.* FROM parent, unnest($2::uuid[], $3::text[], $4::text[], $5::bytea[]) AS child
ON CONFLICT DO NOTHING`;
const selectDecided = `
SELECT held.ingestion_id, parent.status FROM penstock.held_children held
JOIN penstock.ingestions parent ON parent.ingestion_id = held.parent_ingestion_id
WHERE parent.namespace = $1 AND parent.document_id = $2 AND parent.concluded_at IS NOT NULL
ORDER BY held.document_id`;
const takeOne = 'DELETE FROM penstock.held_children WHERE ingestion_id = $1 RETURNING submission';

type ChildSubmission = DocumentSubmitted & { readonly ingestionId: string };

/**
 * Submissions of what lies in a document. They wait until it is live, so that a version that is undone changes nothing
 * of what came out of the version before; then they are admitted and said like those of the API.
 */
export class LedgerChildren extends HeldChildren {
  constructor(
    private readonly pool: Pool,
    private readonly codec: EventCodec,
  ) {
    super();
  }

  /** Keeps them, once; none if the ingestion they came out of has ended. @throws TransientFailure if they can't be. */
  async hold(parentIngestionId: string, children: readonly ChildSubmission[]): Promise<void> {
    await rowsOf(this.pool, holdOnce, [
      parentIngestionId,
      children.map(({ ingestionId }) => ingestionId),
      children.map(({ namespace }) => namespace),
      children.map(({ documentId }) => documentId),
      children.map((child) => this.codec.encode(emission('DocumentSubmitted', child))),
    ]);
  }

  /** Bytes of a child are staged under its own id. */
  override async settle({ namespace, documentId }: DocumentRef, { signal, nowMs }: StageContext): Promise<string[]> {
    const decided = await rowsOf<{ ingestion_id: string; status: IngestionStatus }>(this.pool, selectDecided, [
      namespace,
      documentId,
    ]);
    const forgotten: string[] = [];
    for (const { ingestion_id: ingestionId, status } of decided) {
      signal.throwIfAborted();
      if (status === 'live') {
        await inTransaction(this.pool, (client) => this.submit(client, ingestionId, nowMs()));
        continue;
      }
      await rowsOf(this.pool, takeOne, [ingestionId]);
      forgotten.push(ingestionId);
    }
    return forgotten;
  }

  /** Whoever comes second finds it gone. */
  private async submit(client: ClientBase, ingestionId: string, nowMs: number): Promise<void> {
    const { rows } = await client.query<{ submission: Buffer }>(takeOne, [ingestionId]);
    const [taken] = rows;
    if (taken === undefined) return;
    const event = await this.codec.decode(taken.submission);
    if (event.type !== 'DocumentSubmitted') return;
    await admit(client, { ...event.payload, ingestionId }).catch(leaveToStager);
    await appendToOutbox(client, this.codec, [outgoingEvent(event, { role: 'janitor', timeMs: nowMs })]);
  }
}

/** What can't be admitted is no reason to keep its siblings: it goes its way, and is refused there for all to see. */
function leaveToStager(error: unknown): void {
  if (!(error instanceof PermanentFailure)) throw error;
}
