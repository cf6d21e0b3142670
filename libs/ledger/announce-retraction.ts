import type { ClientBase } from 'pg';

import { emission, outgoingEvent, type EventCodec } from '#events';
import { appendToOutbox } from '#outbox';

import { retractDocument, type Retraction } from './retract-document.js';

export interface AnnouncedRetraction extends Retraction {
  readonly reason: string;
  /** The role that says it. */
  readonly role: string;
}

/**
 * Enters a retraction of all versions so far into the ledger, and says so to the stores by the outbox, in the caller's
 * transaction.
 * @returns the version, or nothing if the document was never submitted.
 */
export async function announceRetraction(
  client: ClientBase,
  codec: EventCodec,
  { reason, role, ...retraction }: AnnouncedRetraction,
): Promise<{ version: number } | undefined> {
  const retracted = await retractDocument(client, retraction);
  if (retracted === undefined) return undefined;
  const { namespace, documentId, ingestionId, nowMs } = retraction;
  const identity = { namespace, documentId, ingestionId, version: retracted.version };
  const event = emission('DocumentRetracted', { ...identity, reason, retractedAt: nowMs });
  await appendToOutbox(client, codec, [outgoingEvent(event, { role, timeMs: nowMs })]);
  return retracted;
}
