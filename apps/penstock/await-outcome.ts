import type { ApiClient } from './api-client.js';
import { askUntil } from './ask-until.js';
import { describeWaiting } from './describe-outcome.js';
import type { IngestionReport } from './ingestion-report.js';
import { hasEnded } from './outcome.js';

/**
 * @throws TransientFailure if there is no outcome in time, or no answer for a minute; the ingestion goes on all the
 *   same.
 */
export function awaitOutcome(
  api: ApiClient,
  ingestionId: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<IngestionReport> {
  return askUntil(() => api.ingestion(ingestionId), hasEnded, {
    ...{ timeoutMs, signal },
    late: (report) => `ingestion ${ingestionId} is still ${report?.status ?? 'submitted'}${why(report)}`,
    interrupted: `not waited for; ingestion ${ingestionId} goes on`,
  });
}

function why(report: IngestionReport | undefined): string {
  const waiting = report?.waiting ?? null;
  return waiting === null ? '' : `; calls to models wait: ${describeWaiting(waiting)}`;
}
