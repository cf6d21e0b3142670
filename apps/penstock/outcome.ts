import type { PenstockFailure } from '#failure';

import type { Item } from './expand-arguments.js';
import type { IngestionReport } from './ingestion-report.js';

/** What became of one document: a report of its ingestion, or why there is none. */
export interface Outcome {
  readonly item: { readonly kind: Item['kind'] | 'inside'; readonly documentId: string };
  readonly report?: IngestionReport;
  readonly refusal?: PenstockFailure;
  /** What became of the documents that lie in it, such as attachments. */
  readonly inside?: readonly Outcome[];
}

/** An ingestion as programs read it, with those of the documents that lie in it. */
type OutcomeReport = Partial<IngestionReport> & {
  readonly documentId: string;
  readonly children?: readonly OutcomeReport[];
};

const ends = new Set(['live', 'rolled_back', 'failed', 'superseded', 'unchanged', 'retracted']);

export function hasEnded({ status }: Pick<IngestionReport, 'status'>): boolean {
  return ends.has(status);
}

/** How many documents lie in one, as far as it is told: it was read before it was live, but may be heard of after. */
export function countInside({ timeline }: IngestionReport): number | undefined {
  const parsed = timeline.filter(({ type }) => type === 'DocumentParsed');
  if (parsed.length === 0) return undefined;
  return Math.max(...parsed.map(({ detail }) => Number(detail?.['children'] ?? 0)));
}

/**
 * Whether a document, and all that lies in it, is live. What is passed over was no document, so nobody waits for it to
 * become live.
 */
export function isGood({ item, report, inside = [] }: Outcome): boolean {
  const own = item.kind === 'skipped' || report?.status === 'live' || report?.status === 'unchanged';
  return own && inside.every(isGood);
}

/** What was refused has no ingestion; it is told in its place, with its reason. */
export function asReport({ item, report, refusal, inside = [] }: Outcome): OutcomeReport {
  const own = report ?? {
    documentId: item.documentId,
    status: item.kind === 'skipped' ? 'skipped' : 'failed',
    error: { reason: refusal?.reason ?? 'refused', message: refusal?.message ?? '' },
  };
  return inside.length === 0 ? own : { ...own, children: inside.map(asReport) };
}
