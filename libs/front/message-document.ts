import { createHash } from 'node:crypto';

import { derivedUuidV7, type DocumentSubmitted } from '#events';
import { attachmentId, type FrontMessage } from '#pipeline/stager';

/** What the pipeline is told of a message beside its bytes. */
export type MessageSubmission = Omit<DocumentSubmitted, 'version' | 'ingestionId'> & { readonly ingestionId: string };

/** What a message said at a time. */
export interface MessageGeneration {
  /** `messageDigest`. */
  readonly digest: string;
  /** Counts up each time the message says something else or comes back, from 1. */
  readonly generation: number;
}

/** The document of a message is called so for ever, whatever conversation the message lies in. */
export function messageDocumentId(messageId: string): string {
  return `front/${messageId}`;
}

/** Stands for all of a message that its document shows; what Front counts and links beside it does not matter. */
export function messageDigest(message: FrontMessage): string {
  const { id, type, is_inbound, created_at, subject, body, text, author, recipients, attachments } = message;
  const people = (recipients ?? []).map(({ name, handle, role }) => [name, handle, role]);
  const files = (attachments ?? []).map((one) => [attachmentId(one), one.filename, one.size]);
  const writer = [author?.email, author?.first_name, author?.last_name];
  const shown = [id, type, is_inbound, created_at, subject, body, text, writer, people, files];
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex');
}

/**
 * The submission of one generation of a message; the same each time its digest is the same. Of another one it is
 * another: bytes that were staged under its id before a crash would stand for what the message says since.
 */
export function messageSubmission(
  namespace: string,
  conversationId: string,
  message: FrontMessage,
  { digest, generation }: MessageGeneration,
): MessageSubmission {
  const createdAtMs = Math.trunc((message.created_at ?? 0) * 1000);
  const submittedAt = Number.isSafeInteger(createdAtMs) && createdAtMs > 0 ? createdAtMs : 0;
  return {
    namespace,
    documentId: messageDocumentId(message.id),
    ingestionId: derivedUuidV7(submittedAt, `front ${namespace} ${message.id} ${generation} ${digest}`),
    ...{ source: 'frontapp', location: `messages/${message.id}`, content: null, mediaType: null, force: false },
    title: (message.subject ?? '').replaceAll('\u0000', '').slice(0, 1000).toWellFormed() || null,
    metadata: {
      front_message_id: message.id,
      front_conversation_id: conversationId,
      front_type: String(message.type ?? 'unknown').slice(0, 64),
      front_direction: message.is_inbound === true ? 'inbound' : 'outbound',
    },
    submittedAt,
  };
}
