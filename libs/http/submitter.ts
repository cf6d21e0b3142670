import { createHash } from 'node:crypto';

import type { Pool, PoolClient } from 'pg';
import { v7 } from 'uuid';

import { inTransaction } from '#database';
import { emission, outgoingEvent, type DocumentRef, type EventCodec } from '#events';
import { PermanentFailure } from '#failure';
import { admit, keepIdempotentResponse, readIdempotentResponse, retractDocument } from '#ledger';
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

/** Accepts submissions and retractions: ledger row, version and outbox event stand in one transaction. */
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
    const staged = submission.location.startsWith('staging:');
    checkSubmission(staged ? { ...submission, location: 'upload' } : submission);
    return inTransaction(this.pool, async (client) => {
      const before = idempotency && (await this.answeredBefore(client, submission.namespace, idempotency));
      if (before !== undefined) return before;
      const submittedAt = this.nowMs();
      const { version } = await admit(client, { ...submission, ingestionId, submittedAt });
      await this.announce(client, emission('DocumentSubmitted', { ...submission, ingestionId, version, submittedAt }));
      const accepted = { documentId: submission.documentId, ingestionId, version };
      if (idempotency !== undefined) {
        await keepIdempotentResponse(client, {
          namespace: submission.namespace,
          key: idempotency.key,
          bodyHash: hashOf(idempotency.body),
          response: accepted,
        });
      }
      return accepted;
    });
  }

  /** @throws PermanentFailure `not-found` if the document was never submitted. */
  async retract(ref: DocumentRef, reason: string): Promise<Accepted> {
    return inTransaction(this.pool, async (client) => {
      const ingestionId = v7();
      const retractedAt = this.nowMs();
      const retracted = await retractDocument(client, { ...ref, ingestionId, nowMs: retractedAt });
      if (retracted === undefined) throw new PermanentFailure('no such document', { reason: 'not-found' });
      const { version } = retracted;
      await this.announce(client, emission('DocumentRetracted', { ...ref, ingestionId, version, reason, retractedAt }));
      return { documentId: ref.documentId, ingestionId, version };
    });
  }

  private async announce(client: PoolClient, event: ReturnType<typeof emission>): Promise<void> {
    await appendToOutbox(client, this.codec, [outgoingEvent(event, { role: 'api', timeMs: this.nowMs() })]);
  }

  private async answeredBefore(client: PoolClient, namespace: string, { key, body }: Idempotency): Promise<Accepted | undefined> {
    if (key.length > idempotencyKeyLengthMax) {
      throw new PermanentFailure(`Idempotency-Key is over ${idempotencyKeyLengthMax} characters`, { reason: 'bad-request' });
    }
    const before = await readIdempotentResponse(client, { namespace, key });
    if (before === undefined) return undefined;
    if (before.bodyHash !== hashOf(body)) {
      throw new PermanentFailure('Idempotency-Key was used for another request', { reason: 'idempotency-conflict' });
    }
    return before.response as Accepted;
  }
}

function hashOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
