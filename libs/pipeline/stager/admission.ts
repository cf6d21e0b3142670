import type { DocumentSubmitted } from '#events';

/** A submission once it has an ingestionId; the content itself stays with the stager. */
export type AdmittedSubmission = Pick<
  DocumentSubmitted,
  'namespace' | 'documentId' | 'source' | 'location' | 'title' | 'mediaType' | 'metadata' | 'submittedAt'
> & { readonly ingestionId: string };

/** Gives a submission that came past the HTTP API its version. */
export abstract class Admission {
  /** Idempotent by ingestionId: asked again, it gives the version it gave before. */
  abstract admit(submission: AdmittedSubmission): Promise<{ readonly version: number }>;
}
