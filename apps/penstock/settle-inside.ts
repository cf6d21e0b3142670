import { classify, TransientFailure, type PenstockFailure } from '#failure';

import type { ApiClient } from './api-client.js';
import { askUntil } from './ask-until.js';
import { awaitOutcome } from './await-outcome.js';
import type { Child, IngestionReport } from './ingestion-report.js';
import { countInside, hasEnded, type Outcome } from './outcome.js';

export interface InsideOptions {
  /** For all that lies in the document, at any depth. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

interface Heard {
  /** How many there are; undefined if that was not told. */
  readonly count: number | undefined;
  readonly children: readonly Child[];
  /** Why not all of them came to an end. */
  readonly problem?: PenstockFailure;
}

/** Numbers in the names of attachments and members count as numbers. */
const { compare } = new Intl.Collator('en', { numeric: true });

/**
 * What became of the documents that lie in one, and of those that lie in these, in the order in which they lie there.
 * They are submitted when it is live. What is not heard of in time is one more outcome. Never throws.
 */
export async function settleInside(
  api: ApiClient,
  parent: IngestionReport,
  { timeoutMs, signal }: InsideOptions,
): Promise<Outcome[]> {
  if (parent.status !== 'live') return [];
  const deadline = performance.now() + timeoutMs;
  const options = (): InsideOptions => ({ timeoutMs: deadline - performance.now(), signal });
  const { count, children, problem } = await hearOf(api, parent, options);
  const outcomes: Outcome[] = [];
  for (const child of children.toSorted((a, b) => compare(a.documentId, b.documentId))) {
    outcomes.push(await settleChild(api, child, options));
  }
  if (problem === undefined || children.length >= (count ?? Infinity)) return outcomes;
  return [...outcomes, unheardOf(parent, { count, children, problem })];
}

/** Waits until all that lies in a document has been submitted and has come to an end. */
async function hearOf(api: ApiClient, parent: IngestionReport, options: () => InsideOptions): Promise<Heard> {
  const { ingestionId } = parent;
  const words = {
    late: () => `what came out of ingestion ${ingestionId} is still under way`,
    interrupted: `not waited for; what came out of ingestion ${ingestionId} goes on`,
  };
  let count = countInside(parent);
  let children: readonly Child[] = [];
  try {
    if (count === undefined) {
      const isTold = (report: IngestionReport): boolean => countInside(report) !== undefined;
      count = countInside(await askUntil(() => api.ingestion(ingestionId), isTold, { ...options(), ...words }));
    }
    if (count === 0) return { count, children };
    const areAll = (heard: readonly Child[]): boolean => heard.length >= (count ?? 0) && heard.every(hasEnded);
    const ask = async (): Promise<readonly Child[]> => (children = await api.children(ingestionId));
    await askUntil(ask, areAll, { ...options(), ...words });
    return { count, children };
  } catch (error) {
    return { count, children, problem: classify(error) };
  }
}

async function settleChild(
  api: ApiClient,
  { documentId, ingestionId }: Child,
  options: () => InsideOptions,
): Promise<Outcome> {
  const item = { kind: 'inside', documentId } as const;
  try {
    const { timeoutMs, signal } = options();
    const report = await awaitOutcome(api, ingestionId, timeoutMs, signal);
    const inside = await settleInside(api, report, options());
    return { item, report, ...(inside.length === 0 ? {} : { inside }) };
  } catch (error) {
    return { item, refusal: classify(error) };
  }
}

function unheardOf({ documentId }: IngestionReport, { count, children, problem }: Required<Heard>): Outcome {
  const what = count === undefined ? 'what lies inside' : `${count - children.length} of ${count} documents inside`;
  const refusal = new TransientFailure(`${what} not heard of: ${problem.message}`, { reason: problem.reason });
  return { item: { kind: 'inside', documentId }, refusal };
}
