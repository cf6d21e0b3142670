import { emission, isUuidInAnyCase, parseDocumentKey, topics, type Emission } from '#events';
import type { PenstockFailure } from '#failure';

import { textHeaders, type KafkaRecord } from './kafka-record.js';

const messageLengthMax = 500;

interface IngestionRef {
  readonly namespace: string;
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
}

/** Who gives up, why and when. */
export interface GivingUp {
  readonly role: string;
  readonly failure: PenstockFailure;
  readonly nowMs: number;
}

/** The request to undo the ingestion an event belongs to, or nothing if it was not admitted yet. */
export function compensationOf({ payload }: Emission, why: GivingUp): Emission | undefined {
  // The ingestion is another document's: undoing it would undo what its owner wrote.
  if (why.failure.reason === 'ingestion-id-taken') return undefined;
  const { namespace, documentId } = payload;
  const { ingestionId, version } = why.failure.ingestion ?? payload;
  if (ingestionId === null || version === null) return undefined;
  return compensation({ namespace, documentId, ingestionId, version }, why);
}

/**
 * The same for a record whose value can't be read: its key and headers tell the ingestion, if anything does.
 * Records of the outcomes topic speak of what is decided already, so they undo nothing.
 */
export function compensationOfRecord(
  record: Pick<KafkaRecord, 'topic' | 'key' | 'headers'>,
  why: GivingUp,
): Emission | undefined {
  if (record.topic === topics.outcomes.name) return undefined;
  const headers = textHeaders(record.headers);
  const ingestionId = headers['ce_ingestionid'] ?? '';
  const version = Number(headers['ce_documentversion']);
  if (!isUuidInAnyCase(ingestionId) || !Number.isInteger(version) || version < 1) return undefined;
  try {
    return compensation({ ...parseDocumentKey(record.key?.toString() ?? ''), ingestionId, version }, why);
  } catch {
    return undefined;
  }
}

function compensation(ref: IngestionRef, { role, failure, nowMs }: GivingUp): Emission {
  return emission('CompensationRequested', {
    ...ref,
    requestedBy: role,
    reason: failure.reason,
    message: failure.message.slice(0, messageLengthMax).toWellFormed(),
    requestedAt: nowMs,
    confirmed: false,
  });
}
