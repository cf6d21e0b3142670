import { emission, outgoingEvent, type OutgoingEvent } from '#events';
import type { Metrics } from '#telemetry';

import type { LedgerRow } from './ledger-row.js';
import { releasedBytes } from './row-status.js';

/**
 * Says the first end, again if need be. Names the staged bytes only when nobody needs them any more; until then it says
 * nothing of them.
 */
export function conclusion(row: LedgerRow, nowMs: number): OutgoingEvent {
  const { namespace, documentId, ingestionId, version, counts, concludedAtMs } = row;
  const status = row.concludedAs ?? row.status;
  const stagingRef = releasedBytes(row);
  const error = row.error === null ? null : `${row.error.role}: ${row.error.reason}: ${row.error.message}`;
  const identity = { namespace, documentId, ingestionId, version };
  const payload = { ...identity, status, error, stagingRef, counts, concludedAt: concludedAtMs ?? nowMs };
  return outgoingEvent(emission('IngestionConcluded', payload), { role: 'ledger', timeMs: nowMs });
}

/** Counts an end by its status, with the time it took. */
export function measureConclusion(metrics: Metrics, row: LedgerRow): void {
  const { status, submittedAtMs, concludedAtMs } = row;
  metrics.ingestions.inc({ status });
  if (submittedAtMs === null || concludedAtMs === null) return;
  metrics.ingestionSeconds.observe({ status }, Math.max(0, concludedAtMs - submittedAtMs) / 1000);
}
