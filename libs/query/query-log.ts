/** What is kept of a question that was asked. */
export interface AskedQuery {
  readonly namespace: string;
  readonly mode: string;
  readonly query: string;
  readonly route: string;
  readonly cached: boolean;
  readonly tookMs: number;
  readonly hits: number;
  /** Ways that could not be asked. */
  readonly leftOut: number;
  /** Nothing could answer it: who asked was told to ask again. */
  readonly failed: boolean;
}

/** Remembers questions for analysis. It never holds up an answer, and never fails one. */
export abstract class QueryLog {
  abstract note(query: AskedQuery): void;
}
