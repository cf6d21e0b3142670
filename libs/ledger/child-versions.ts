import type { IngestionStatus } from './ledger-row.js';

/** A version of a document that no retraction covers yet. */
export interface ChildVersion {
  readonly status: IngestionStatus;
  /** The ingestion of another document that it came out of, such as the mail of an attachment; null if of none. */
  readonly parent: { readonly status: IngestionStatus } | null;
}

/** Ends that leave nothing of their own in any store. */
const ends = new Set<IngestionStatus>(['rolled_back', 'failed', 'superseded', 'unchanged', 'retracted']);

/**
 * Whether a document came out of another and has to go with it: none of its versions came out of one that is live or
 * under way. So it goes when its parent is retracted, and when an update of the parent that became live holds it no
 * more. Somebody's own submission under the same id keeps it, whatever becomes of the parent.
 */
export function isOrphan(versions: readonly ChildVersion[]): boolean {
  const stands = ({ status }: { readonly status: IngestionStatus }): boolean => !ends.has(status);
  const isOwn = ({ parent, ...version }: ChildVersion): boolean => parent === null && stands(version);
  const isHeld = ({ parent }: ChildVersion): boolean => parent !== null && stands(parent);
  return versions.some(stands) && !versions.some((version) => isOwn(version) || isHeld(version));
}
