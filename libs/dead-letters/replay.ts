import type { Pool, PoolClient } from 'pg';
import { v7 } from 'uuid';

import { inTransaction } from '#database';
import { dataSchemaHeader, deterministicId, outgoingEvent, type Emission, type EventCodec } from '#events';
import { classify, mayBeDone, PermanentFailure } from '#failure';
import { admit, holdDocument } from '#ledger';
import { appendRecordToOutbox, appendToOutbox } from '#outbox';
import type { Staging } from '#pipeline/stager';

import { decodedOrNothing } from './dead-letter.stage.js';
import { endOf, failedIngestion, newerThan } from './ledger-facts.js';
import { replayOfHeader } from './letter.js';
import type { DeadLetterReader, LetterFilter, WholeLetter } from './letter-reader.js';
import { headersAsText } from './letter-views.js';
import { bytesGone, describedBy, firstEvent, stagedBy, uploadOf, type IngestionPlan } from './new-ingestion.js';
import { claimIngestionLetters, claimLetter, markReplayed } from './claim-letters.js';
import { planReplay, resendProblem, stagingRefOf } from './replay-plan.js';

/** What a replay began. Bytes that nobody can decode are sent again as they are, and begin no ingestion. */
export interface Replayed {
  readonly id: string;
  readonly documentId: string | null;
  readonly ingestionId: string | null;
  readonly version: number | null;
}

export interface ReplayedMany {
  readonly items: readonly Replayed[];
  readonly refused: readonly { readonly id: string; readonly reason: string; readonly message: string }[];
  /** Where to go on, if there may be more. */
  readonly nextCursor?: string;
}

/** Tries dead letters again, from where `planReplay` says. Ledger, outbox and letters change in one transaction. */
export class DeadLetterReplay {
  constructor(
    private readonly pool: Pool,
    private readonly codec: EventCodec,
    private readonly letters: DeadLetterReader,
    private readonly staging: Pick<Staging, 'stat' | 'read' | 'put' | 'remove'>,
    private readonly nowMs: () => number,
    /** Who replays; the events say so. */
    private readonly role: 'api' | 'janitor' = 'api',
  ) {}

  /**
   * @throws PermanentFailure `already-replayed`, `already-live`, `already-concluded`, `newer-version`,
   *   `bytes-gone`, `not-whole` or `not-replayable`; TransientFailure if a service is away: nothing was replayed then.
   */
  async replay(letter: WholeLetter): Promise<Replayed> {
    if (letter.replayedAt !== null) throw alreadyReplayed();
    const event = await decodedOrNothing(this.codec, letter.value, headersAsText(letter.headerPairs)[dataSchemaHeader]);
    const plan = planReplay(letter, event);
    if (plan.kind === 'refuse') throw new PermanentFailure(plan.message, { reason: plan.reason });
    if (plan.kind === 'resend' || event === undefined) return this.resend(letter);
    const { namespace, documentId } = event.payload;
    const ref = { namespace, documentId };
    const failed = await failedIngestion(this.pool, ref, letter.ingestionId);
    await this.checkBytes(plan.kind === 'restart' ? stagedBy(failed).staging_ref : stagingRefOf(plan));
    const ingestionId = v7();
    await this.copyUpload(letter.ingestionId, uploadOf(plan, failed), ingestionId);
    try {
      return await inTransaction(this.pool, (client) => this.begin(client, letter, plan, { ...ref, ingestionId }));
    } catch (error) {
      // A commit whose answer was lost may stand, and keeps the copy; age takes those that nobody needs.
      if (!mayBeDone(error)) await this.staging.remove(ingestionId);
      throw error;
    }
  }

  /** Replays what matches and was not replayed yet, oldest first; one that is refused does not hold up the others. */
  async replayMany(filter: LetterFilter, limit: number, cursor?: string): Promise<ReplayedMany> {
    const found = await this.letters.open(filter, limit, cursor);
    const items: Replayed[] = [];
    const refused: { id: string; reason: string; message: string }[] = [];
    for (const { id } of found) {
      try {
        items.push(await this.replay(await this.letters.whole(id)));
      } catch (error) {
        const { kind, reason, message } = classify(error);
        if (kind === 'transient') throw error;
        // Letters of one ingestion are replayed together, with the first of them.
        if (reason !== 'already-replayed') refused.push({ id, reason, message });
      }
    }
    const last = found.at(-1);
    return found.length === limit && last !== undefined
      ? { items, refused, nextCursor: String(last.seq) }
      : { items, refused };
  }

  private async checkBytes(stagingRef: string | undefined): Promise<void> {
    if (stagingRef !== undefined && (await this.staging.stat(stagingRef)) === undefined) throw bytesGone();
  }

  /** The stager reads an upload only under the id of its ingestion, and the new ingestion has a new one. */
  private async copyUpload(failedId: string | null, upload: string | undefined, ingestionId: string): Promise<void> {
    if (upload === undefined || upload !== failedId) return;
    const bytesMax = (await this.staging.stat(upload))?.sizeBytes ?? 0;
    const { signal } = new AbortController();
    await this.staging.put(ingestionId, await this.staging.read(upload), { bytesMax, signal });
  }

  private async begin(
    client: PoolClient,
    letter: WholeLetter,
    plan: IngestionPlan,
    { ingestionId, ...ref }: { readonly namespace: string; readonly documentId: string; readonly ingestionId: string },
  ): Promise<Replayed> {
    await holdDocument(client, ref);
    const claimed = await claimIngestionLetters(client, letter);
    if (!claimed.includes(letter.id)) throw alreadyReplayed();
    const failed = await failedIngestion(client, ref, letter.ingestionId);
    if (failed?.status === 'live' || failed?.status === 'unchanged') {
      throw new PermanentFailure('the ingestion came to a good end', { reason: 'already-live' });
    }
    const newer = await newerThan(client, ref, { version: failed?.version, atMs: Date.parse(letter.failedAt) });
    if (newer !== undefined) {
      const message = `a newer ${newer.kind} of the document (version ${newer.version}) came after this one`;
      throw new PermanentFailure(message, { reason: 'newer-version' });
    }
    const { version } = await admit(client, { ...describedBy(plan, failed, ref), ingestionId, version: null });
    const event = firstEvent(plan, failed, { ...ref, ingestionId, version, nowMs: this.nowMs() });
    await this.announce(client, event, letter);
    await markReplayed(client, claimed, ingestionId);
    return { id: letter.id, documentId: ref.documentId, ingestionId, version };
  }

  private async announce(client: PoolClient, event: Emission, { id, headerPairs }: WholeLetter): Promise<void> {
    const causationId = headersAsText(headerPairs)['ce_id'];
    const outgoing = outgoingEvent(event, { role: this.role, timeMs: this.nowMs(), causationId });
    const headers = { ...outgoing.headers, [replayOfHeader]: id };
    await appendToOutbox(client, this.codec, [{ ...outgoing, headers }]);
  }

  /** As it is, byte for byte; a letter that the outbox would change was refused before. */
  private resend(letter: WholeLetter): Promise<Replayed> {
    const { id, topic, headerPairs, namespace, documentId, ingestionId } = letter;
    const value = letter.value ?? Buffer.alloc(0);
    const key = letter.key ?? '';
    const headers = { ...headersAsText(headerPairs), [replayOfHeader]: id };
    return inTransaction(this.pool, async (client) => {
      if (namespace !== null && documentId !== null) await holdDocument(client, { namespace, documentId });
      if (!(await claimLetter(client, id))) throw alreadyReplayed();
      const problem = resendProblem(topic, await endOf(client, ingestionId));
      if (problem !== undefined) throw new PermanentFailure(problem, { reason: 'already-concluded' });
      const eventId = deterministicId('replay', id);
      await appendRecordToOutbox(client, { eventId, topic, key, value, headers });
      await markReplayed(client, [id], null);
      return { id, documentId, ingestionId, version: null };
    });
  }
}

function alreadyReplayed(): PermanentFailure {
  const message = 'the letter was replayed already; if that failed as well, replay the letter it led to';
  return new PermanentFailure(message, { reason: 'already-replayed' });
}
