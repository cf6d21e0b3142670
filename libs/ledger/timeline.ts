import { eventId, type DocumentParsed } from '#events';

import { eventTimeMs } from './ledger.js';
import type { LedgerEvent } from './ledger-row.js';
import { storable } from './mapping.js';

/** A row of `ingestion_events`. The event id follows from what the event says, so a redelivered one is known. */
export interface TimelineEntry {
  readonly ingestionId: string;
  readonly eventId: string;
  readonly type: string;
  readonly store: string | null;
  readonly role: string | null;
  readonly part: number | null;
  readonly atMs: number;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

export function timelineEntry(event: LedgerEvent): TimelineEntry {
  const { type, payload } = event;
  return {
    ingestionId: payload.ingestionId,
    eventId: eventId(type, payload),
    type,
    store: 'store' in payload ? payload.store : null,
    role: 'requestedBy' in payload ? payload.requestedBy : null,
    part: 'part' in payload ? payload.part : null,
    atMs: eventTimeMs(event),
    detail: detailOf(event),
  };
}

/** What was found, and what a person should know of how it was read. */
function parsedDetail({ parts, mediaType, warnings, children }: DocumentParsed): Record<string, unknown> {
  return {
    ...{ parts, mediaType },
    ...(warnings.length === 0 ? {} : { warnings: warnings.map(storable) }),
    ...(children === 0 ? {} : { children }),
  };
}

function detailOf({ type, payload }: LedgerEvent): Record<string, unknown> | null {
  switch (type) {
    case 'CompensationRequested':
      return { reason: payload.reason, message: storable(payload.message) };
    case 'DocumentRetracted':
      return { reason: storable(payload.reason) };
    case 'StoreWritten':
      return { counts: payload.counts };
    case 'StorePromoted':
      return { replaced: payload.replaced };
    case 'StoreCompensated':
      return { outcome: payload.outcome, removed: payload.removed };
    case 'StoreRetracted':
      return { removed: payload.removed.length };
    case 'DocumentStaged':
      return { mediaType: payload.mediaType, sizeBytes: payload.sizeBytes };
    case 'DocumentParsed':
      return parsedDetail(payload);
    case 'DocumentExtracted':
    case 'DocumentEmbedded':
      return { parts: payload.parts };
  }
}
