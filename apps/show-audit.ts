import type { AuditReport } from '#audit';
import type { Metrics } from '#telemetry';

/** Shows what the last audit of all namespaces came to, in place of the one before. */
export function showAudit(
  metrics: Metrics,
  { documents, findings, finishedAtMs }: Pick<AuditReport, 'documents' | 'findings' | 'finishedAtMs'>,
): void {
  metrics.auditFindings.reset();
  for (const { kind, store, count } of findings) metrics.auditFindings.set({ kind, store }, count);
  metrics.auditDocuments.set(documents);
  metrics.auditFinished.set(finishedAtMs / 1000);
}
