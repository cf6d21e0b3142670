import type { DocumentSubmitted } from '#events';

/** A submission once it has an ingestionId; the content itself stays with the stager. */
export type AdmittedSubmission = Pick<
  DocumentSubmitted,
  'namespace' | 'documentId' | 'version' | 'source' | 'location' | 'title' | 'mediaType' | 'metadata' | 'submittedAt'
> & { readonly ingestionId: string };

/** Gives a submission that came past the HTTP API its version, and knows those that came through it. */
export abstract class Admission {
  /**
   * Idempotent by ingestionId: asked again, it gives the version it gave before; a new submission may name its own.
   * @throws PermanentFailure `ingestion-id-taken` if the ingestionId belongs to another document, or `bad-version`.
   */
  abstract admit(submission: AdmittedSubmission): Promise<{ readonly version: number }>;
}
