import type { DocumentRef, DocumentSubmitted } from '#events';

/** A submission once it has an ingestionId; the content itself stays with the stager. */
export type AdmittedSubmission = Pick<
  DocumentSubmitted,
  'namespace' | 'documentId' | 'version' | 'source' | 'location' | 'title' | 'mediaType' | 'metadata' | 'submittedAt'
> & { readonly ingestionId: string };

/** What a source said of the bytes it gave, to be asked later whether they are still the same. */
export interface SourceValidators {
  readonly etag: string | null;
  readonly lastModified: string | null;
  /**
   * SHA-256 of the address that said it, which is another than the location's after a redirect; only a hash, since such
   * addresses may hold secrets. Without it, as kept before it was noted, nobody can be asked.
   */
  readonly addressHash?: string;
}

/** An ingestion and what stands for all that matters in it beside its bytes. */
export interface DescribedIngestion extends DocumentRef {
  readonly ingestionId: string;
  readonly described: string;
}

/** An ingestion with its bytes. */
export interface StagedContent extends DescribedIngestion {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  readonly stagingRef: string;
  readonly validators: SourceValidators | null;
  /** The work is wanted even if the live version says the same. */
  readonly force: boolean;
}

/** Gives a submission that came past the HTTP API its version, and knows those that came through it. */
export abstract class Admission {
  /**
   * Idempotent by ingestionId: asked again, it gives the version it gave before; a new submission may name its own.
   * `over` if all is done that can be done for it.
   * @throws PermanentFailure `ingestion-id-taken` if the ingestionId belongs to another document, or `bad-version`.
   */
  abstract admit(submission: AdmittedSubmission): Promise<{ readonly version: number; readonly over: boolean }>;

  /**
   * Compares the content with that of the live version. `unchanged`: the ingestion is concluded, and nothing is left to
   * do for it. The answer for an ingestion never changes.
   */
  abstract compare(content: StagedContent, nowMs: number): Promise<'new' | 'unchanged'>;

  /** What the source of the live version can be asked with, before anything is fetched from the same source again. */
  abstract liveSource(
    ingestion: Pick<DescribedIngestion, 'ingestionId' | 'described'>,
  ): Promise<{ readonly ingestionId: string; readonly validators: SourceValidators } | undefined>;

  /**
   * As `compare`, for a source that said that its bytes are still those of the live ingestion `sameAs`. After `new` the
   * bytes must be fetched: that version is live no more, or not for long.
   */
  abstract unmodified(
    ingestion: DescribedIngestion & { readonly sameAs: string },
    nowMs: number,
  ): Promise<'new' | 'unchanged'>;
}
