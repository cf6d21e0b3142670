/** What is said of a source by those who never looked at it. */
export interface SniffHints {
  /** What the submitter believes. */
  readonly mediaType: string | null;
  /** Names of the document, best first; only their extensions matter. */
  readonly names: readonly string[];
}

/** Says what a source is by its first bytes; those who read documents know. */
export type SniffMediaType = (head: Buffer, hints: SniffHints) => Promise<string>;
