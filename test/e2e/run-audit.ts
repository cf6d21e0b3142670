import { runPenstock, type Finished } from './run-penstock.js';

/** One line of the report of `penstock audit --json`. */
export interface Found {
  readonly kind: string;
  readonly store: string;
  readonly outcome: string;
  readonly documentId: string | null;
  readonly id: string;
  readonly detail: string;
}

export interface Report {
  readonly documents: number;
  readonly findings: readonly Found[];
}

/** Runs the built command on a namespace. @throws Error with what it complained of. */
export async function runAudit(
  namespace: string,
  flags: readonly string[] = [],
  environment: Record<string, string> = {},
): Promise<{ finished: Finished; report: Report }> {
  const finished = await runPenstock(['audit', '--json', '-n', namespace, ...flags], environment);
  if (finished.err !== '') throw new Error(finished.err);
  return { finished, report: JSON.parse(finished.out) as Report };
}
