import type { Pool, PoolClient } from 'pg';

import { inTransaction, rowsOf } from '#database';
import { derivedUuidV7, emission, outgoingEvent, type Emission, type EventCodec } from '#events';
import { TransientFailure } from '#failure';
import { admit, announceRetraction } from '#ledger';
import { appendToOutbox } from '#outbox';

import type { FrontChange } from './front-changes.js';
import { messageDocumentId, type MessageGeneration, type MessageSubmission } from './message-document.js';

/** A message whose document was submitted before. */
export interface KnownMessage extends MessageGeneration {
  readonly messageId: string;
  readonly conversationId: string;
  /** Its document was retracted. */
  readonly gone: boolean;
}

export interface MessagesContext {
  readonly pool: Pool;
  readonly codec: EventCodec;
  readonly namespace: string;
  readonly nowMs: () => number;
}

const columns = `message_id AS "messageId", conversation_id AS "conversationId", digest, generation, gone`;
const selectKnown = `
SELECT ${columns} FROM penstock.front_messages
WHERE namespace = $1 AND (conversation_id = $2 OR message_id = ANY($3::text[]))`;
const keep = `
INSERT INTO penstock.front_messages AS kept (namespace, message_id, conversation_id, digest, generation)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (namespace, message_id) DO UPDATE
SET conversation_id = excluded.conversation_id, digest = excluded.digest, generation = excluded.generation, gone = false
WHERE kept.generation < excluded.generation`;
const moveTo = 'UPDATE penstock.front_messages SET conversation_id = $3 WHERE namespace = $1 AND message_id = $2';
const markGone = `
UPDATE penstock.front_messages SET gone = true
WHERE namespace = $1 AND message_id = $2 AND generation = $3 AND conversation_id = $4 AND NOT gone RETURNING generation`;
const holdClaim = `
SELECT FROM penstock.front_changes WHERE namespace = $1 AND conversation_id = $2 AND claim = $3 FOR SHARE`;

/**
 * What is known of the messages of an account; each change of it and what it announces are one transaction. Only who
 * has the conversation claimed changes anything: whoever stood still has seen it as it was before another one looked.
 */
export class FrontMessages {
  constructor(private readonly context: MessagesContext) {}

  /** Those that lay in the conversation, and those of these ids, wherever they lay. */
  async known(conversationId: string, messageIds: readonly string[]): Promise<Map<string, KnownMessage>> {
    const { pool, namespace } = this.context;
    const rows = await rowsOf<KnownMessage>(pool, selectKnown, [namespace, conversationId, [...messageIds]]);
    return new Map(rows.map((row) => [row.messageId, row]));
  }

  /** Submits a generation of a message, unless somebody else did; its bytes are staged already. */
  async submit(
    change: FrontChange,
    submission: MessageSubmission,
    { digest, generation }: MessageGeneration,
  ): Promise<void> {
    const { namespace } = this.context;
    const { ingestionId, documentId, metadata } = submission;
    const [messageId, conversationId] = [metadata['front_message_id'], metadata['front_conversation_id']];
    await this.claimed(change, async (client) => {
      const { rowCount } = await client.query(keep, [namespace, messageId, conversationId, digest, generation]);
      if (rowCount === 0) return;
      const { version } = await admit(client, submission);
      await this.announce(client, emission('DocumentSubmitted', { ...submission, ingestionId, documentId, version }));
    });
  }

  /** Into the conversation that is looked at. */
  async move(change: FrontChange, messageId: string): Promise<void> {
    const values = [this.context.namespace, messageId, change.conversationId];
    await this.claimed(change, (client) => client.query(moveTo, values));
  }

  /** Retracts the document of a message; its attachments go with it, like those of any mail. */
  async retract(change: FrontChange, { messageId, generation, conversationId }: KnownMessage): Promise<void> {
    const { codec, namespace, nowMs: clock } = this.context;
    const documentId = messageDocumentId(messageId);
    await this.claimed(change, async (client) => {
      const { rowCount } = await client.query(markGone, [namespace, messageId, generation, conversationId]);
      if (rowCount === 0) return;
      const nowMs = clock();
      const ingestionId = derivedUuidV7(nowMs, `front gone ${namespace} ${generation} ${documentId}`);
      const said = { reason: 'gone from Front', role: 'front' };
      await announceRetraction(client, codec, { namespace, documentId, ingestionId, nowMs, ...said });
    });
  }

  /** @throws TransientFailure if another process looks at the conversation by now, or has done so. */
  private claimed(
    { conversationId, claim }: FrontChange,
    work: (client: PoolClient) => Promise<unknown>,
  ): Promise<void> {
    return inTransaction(this.context.pool, async (client) => {
      const { rowCount } = await client.query(holdClaim, [this.context.namespace, conversationId, claim]);
      if (rowCount === 0) throw new TransientFailure('another process looks at it by now', { reason: 'overtaken' });
      await work(client);
    });
  }

  private async announce(client: PoolClient, event: Emission): Promise<void> {
    const { codec, nowMs } = this.context;
    await appendToOutbox(client, codec, [outgoingEvent(event, { role: 'front', timeMs: nowMs() })]);
  }
}
