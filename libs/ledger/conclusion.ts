import { emission, outgoingEvent, type OutgoingEvent } from '#events';
import { traceparentOf, type Metrics, type OpenSpan, type Tracer } from '#telemetry';

import type { LedgerRow } from './ledger-row.js';
import { releasedBytes } from './row-status.js';

/**
 * Says the first end, again if need be. Names the staged bytes only when nobody needs them any more; until then it says
 * nothing of them.
 */
export function conclusion(row: LedgerRow, nowMs: number, traceparent?: string): OutgoingEvent {
  const { namespace, documentId, ingestionId, version, counts, concludedAtMs } = row;
  const status = row.concludedAs ?? row.status;
  const stagingRef = releasedBytes(row);
  const error = row.error === null ? null : `${row.error.role}: ${row.error.reason}: ${row.error.message}`;
  const identity = { namespace, documentId, ingestionId, version };
  const payload = { ...identity, status, error, stagingRef, counts, concludedAt: concludedAtMs ?? nowMs };
  return outgoingEvent(emission('IngestionConcluded', payload), { role: 'ledger', timeMs: nowMs, traceparent });
}

/** The span of an end, as part of the ingestion's trace; one that was undone has failed. */
export function conclusionSpan(tracer: Tracer | undefined, row: LedgerRow): OpenSpan | undefined {
  const parent = traceparentOf(row.ingestionId);
  if (tracer === undefined || parent === undefined) return undefined;
  const { namespace, ingestionId, version, status, error } = row;
  const attributes = {
    'penstock.namespace': namespace,
    'penstock.ingestion.id': ingestionId,
    'penstock.document.version': version,
    'penstock.status': status,
    'penstock.failed_role': error?.role,
  };
  const span = tracer.start({ name: 'conclude', kind: 'internal', parent, attributes });
  if (error !== null) span.fail(error.reason);
  return span;
}

/** Counts an end by its status, with the time it took. */
export function measureConclusion(metrics: Metrics, row: LedgerRow): void {
  const { status, submittedAtMs, concludedAtMs } = row;
  metrics.ingestions.inc({ status });
  if (submittedAtMs === null || concludedAtMs === null) return;
  metrics.ingestionSeconds.observe({ status }, Math.max(0, concludedAtMs - submittedAtMs) / 1000);
}
