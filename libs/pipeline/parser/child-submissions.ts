import type { DocumentSubmitted } from '#events';

/** Where the submissions of what lies in a document wait until the document is live. */
export abstract class ChildSubmissions {
  /** Keeps them, once; none if the ingestion they came out of has ended. @throws TransientFailure if they can't be. */
  abstract hold(
    parentIngestionId: string,
    children: readonly (DocumentSubmitted & { readonly ingestionId: string })[],
  ): Promise<void>;
}
