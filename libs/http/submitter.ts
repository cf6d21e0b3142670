import { createHash } from 'node:crypto';

import type { Pool, PoolClient } from 'pg';
import { v7 } from 'uuid';

import { inTransaction } from '#database';
import { emission, outgoingEvent, type DocumentRef, type EventCodec } from '#events';
import { PermanentFailure } from '#failure';
import { admit, announceRetraction, cancelIngestion, recallAnswer, rememberAnswer, type KeyedRequest } from '#ledger';
import { appendToOutbox } from '#outbox';

import { checkSubmission, type Submission } from './check-submission.js';

/** What `POST /v1/documents` answers. */
export interface Accepted {
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
}

export interface Idempotency {
  readonly key: string;
  /** Stands for the body: the same key with another body is refused. */
  readonly body: string;
}

const idempotencyKeyLengthMax = 255;

/** Accepts submissions, retractions and cancellations: row, version and outbox event stand in one transaction. */
export class Submitter {
  constructor(
    private readonly pool: Pool,
    private readonly codec: EventCodec,
    private readonly nowMs: () => number,
  ) {}

  /** Names an ingestion before its bytes are staged. */
  newIngestionId(): string {
    return v7();
  }

  /**
   * @throws PermanentFailure if the submission can't be accepted, or its idempotency key was used for another body;
   *   TransientFailure if PostgreSQL can't be reached: nothing was accepted then.
   */
  async submit(submission: Submission, ingestionId: string, idempotency?: Idempotency): Promise<Accepted> {
    // Only an upload of this very request may be named so; anything else would read what others have staged.
    const uploaded = submission.location === `staging:${ingestionId}`;
    checkSubmission(uploaded ? { ...submission, location: 'upload' } : submission);
    const keyed = idempotency && keyedRequest(submission.namespace, idempotency);
    return inTransaction(this.pool, async (client) => {
      const before = keyed && (await answeredBefore(client, keyed));
      if (before !== undefined) return before;
      const submittedAt = this.nowMs();
      const { version } = await admit(client, { ...submission, ingestionId, submittedAt });
      await this.announce(client, emission('DocumentSubmitted', { ...submission, ingestionId, version, submittedAt }));
      const accepted = { documentId: submission.documentId, ingestionId, version };
      if (keyed !== undefined) await rememberAnswer(client, keyed, accepted);
      return accepted;
    });
  }

  /** @throws PermanentFailure `not-found` if the document was never submitted. */
  async retract(ref: DocumentRef, reason: string): Promise<Accepted> {
    return inTransaction(this.pool, async (client) => {
      const ingestionId = v7();
      const retraction = { ...ref, ingestionId, reason, role: 'api', nowMs: this.nowMs() };
      const retracted = await announceRetraction(client, this.codec, retraction);
      if (retracted === undefined) throw new PermanentFailure('no such document', { reason: 'not-found' });
      return { documentId: ref.documentId, ingestionId, version: retracted.version };
    });
  }

  /**
   * Asks for an ingestion that is not decided yet to be undone in all stores.
   * @throws PermanentFailure `not-found`, or `already-decided` with what was decided.
   */
  async cancel(ingestionId: string): Promise<Accepted> {
    return inTransaction(this.pool, async (client) => {
      const cancelled = await cancelIngestion(client, this.codec, { ingestionId, nowMs: this.nowMs() });
      if (cancelled === undefined) throw new PermanentFailure('no such ingestion', { reason: 'not-found' });
      const { documentId, version } = cancelled;
      return { documentId, ingestionId, version };
    });
  }

  private async announce(client: PoolClient, event: ReturnType<typeof emission>): Promise<void> {
    await appendToOutbox(client, this.codec, [outgoingEvent(event, { role: 'api', timeMs: this.nowMs() })]);
  }
}

function keyedRequest(namespace: string, { key, body }: Idempotency): KeyedRequest {
  if (key.length > idempotencyKeyLengthMax) {
    throw new PermanentFailure(`Idempotency-Key is over ${idempotencyKeyLengthMax} characters`, {
      reason: 'bad-request',
    });
  }
  return { namespace, key, bodyHash: createHash('sha256').update(body).digest('hex') };
}

const lockKey = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';

/** Equal requests at the same time wait for one another, so that only the first is accepted. */
async function answeredBefore(client: PoolClient, keyed: KeyedRequest): Promise<Accepted | undefined> {
  await client.query(lockKey, [`${keyed.namespace}/${keyed.key}`]);
  const before = await recallAnswer(client, keyed);
  switch (before.kind) {
    case 'new':
      return undefined;
    case 'same':
      return before.answer;
    case 'conflict':
      throw new PermanentFailure('Idempotency-Key was used for another request', { reason: 'idempotency-conflict' });
  }
}
