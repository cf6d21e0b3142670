import { isUuidInAnyCase, parseDocumentKey } from '#events';
import type { PenstockFailure } from '#failure';

import type { ReceivedEvent } from './contract.js';
import { textHeaders, type RawRecord } from './kafka-record.js';

/** Whose document a line of the log tells of, as far as that is known. */
export interface LoggedDocument {
  readonly namespace?: string;
  readonly documentId?: string;
  readonly ingestionId?: string;
}

const namedMax = 100;

export function documentOfEvent({ payload }: Pick<ReceivedEvent, 'payload'>): LoggedDocument {
  const { namespace, documentId, ingestionId } = payload;
  return { namespace, documentId, ...(ingestionId === null ? {} : { ingestionId }) };
}

/** The same of a record that nobody decoded: by its key, and the header that names the ingestion. */
export function documentOfRecord({ key, headers }: Pick<RawRecord, 'key' | 'headers'>): LoggedDocument {
  const { ce_ingestionid: ingestionId } = textHeaders(headers);
  return { ...keyed(key?.toString() ?? ''), ...(isUuidInAnyCase(ingestionId ?? '') ? { ingestionId } : {}) };
}

/** Fields of a line about work for several: the first of them, and the ingestions of all. */
export function loggedDocuments(
  documents: readonly LoggedDocument[],
  failure?: PenstockFailure,
): Readonly<Record<string, unknown>> {
  const ingestionIds = [...new Set(documents.flatMap(({ ingestionId }) => ingestionId ?? []))].slice(0, namedMax);
  const own = failure?.ingestion === undefined ? {} : { ingestionId: failure.ingestion.ingestionId };
  return { ...documents[0], ...own, ...(ingestionIds.length > 1 ? { ingestionIds } : {}) };
}

function keyed(key: string): LoggedDocument {
  try {
    return parseDocumentKey(key);
  } catch {
    return {};
  }
}
