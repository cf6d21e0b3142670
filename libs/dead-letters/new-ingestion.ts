import { emission, type Emission } from '#events';
import { PermanentFailure } from '#failure';
import type { LedgerSubmission } from '#ledger';

import type { FailedIngestion } from './ledger-facts.js';
import { stagingScheme, type ReplayPlan } from './replay-plan.js';

/** The name of an ingestion that a replay begins. */
export interface NewIngestion {
  readonly ingestionId: string;
  readonly version: number;
}

export type IngestionPlan = Extract<ReplayPlan, { kind: 'submit' | 'parse' | 'restart' }>;

/** The document as an event describes it. */
type Described = Omit<LedgerSubmission, 'ingestionId' | 'version'>;

/** What the ledger is told of the document that is ingested anew. */
export function describedBy(plan: IngestionPlan, failed: FailedIngestion | undefined, ref: DocumentName): Described {
  if (plan.kind === 'submit') return plan.submitted;
  if (plan.kind === 'parse') return plan.staged;
  const { source, location, title, media_type: mediaType, metadata, submitted_at: submittedAt } = stagedBy(failed);
  return { ...ref, source, location, title, mediaType, metadata, submittedAt: submittedAt.getTime() };
}

interface DocumentName {
  readonly namespace: string;
  readonly documentId: string;
}

/**
 * The upload that a new ingestion needs under its own id, since the stager reads no other. Nothing if there is none, or
 * if it was never that of the ingestion that failed: the stager refuses such a reference again.
 */
export function uploadOf(plan: ReplayPlan, failed: FailedIngestion | undefined): string | undefined {
  if (plan.kind !== 'submit' || plan.submitted.source !== 'local_upload' || failed === undefined) return undefined;
  const { location, ingestionId } = plan.submitted;
  return ingestionId !== null && location === `${stagingScheme}${ingestionId}` ? ingestionId : undefined;
}

/** The event that begins the new ingestion: the one that failed, or the staged document, under new ids. */
export function firstEvent(
  plan: IngestionPlan,
  failed: FailedIngestion | undefined,
  fresh: DocumentName & NewIngestion & { readonly nowMs: number },
): Emission {
  const { nowMs, ...ids } = fresh;
  if (plan.kind === 'submit') {
    const isCopied = uploadOf(plan, failed) !== undefined;
    const location = isCopied ? `${stagingScheme}${ids.ingestionId}` : plan.submitted.location;
    return emission('DocumentSubmitted', { ...plan.submitted, ...ids, location });
  }
  if (plan.kind === 'parse') return emission('DocumentStaged', { ...plan.staged, ...ids, stagedAt: nowMs });
  const staged = stagedBy(failed);
  return emission('DocumentStaged', {
    ...ids,
    ...{ source: staged.source, location: staged.location, mediaType: staged.media_type, title: staged.title },
    ...{ metadata: { ...staged.metadata }, submittedAt: staged.submitted_at.getTime(), sha256: staged.sha256 },
    ...{ sizeBytes: staged.size_bytes, stagingRef: staged.staging_ref, stagedAt: nowMs },
  });
}

type Staged = {
  [Field in keyof FailedIngestion]: Field extends 'location' | 'title'
    ? FailedIngestion[Field]
    : NonNullable<FailedIngestion[Field]>;
};

/** @throws PermanentFailure `bytes-gone` if the ledger does not know where the bytes of the ingestion are. */
export function stagedBy(failed: FailedIngestion | undefined): Staged {
  const { source, media_type, submitted_at, sha256, size_bytes, staging_ref } = failed ?? {};
  if (
    failed === undefined ||
    !source ||
    !media_type ||
    !submitted_at ||
    !sha256 ||
    size_bytes == null ||
    !staging_ref
  ) {
    throw bytesGone();
  }
  return { ...failed, source, media_type, submitted_at, sha256, size_bytes, staging_ref };
}

export function bytesGone(): PermanentFailure {
  return new PermanentFailure('the staged bytes are gone; submit the document again', { reason: 'bytes-gone' });
}
