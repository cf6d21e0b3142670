import type { DocumentSubmitted } from '#events';

/** A valid inline submission; a test names only what it is about. */
export function aSubmission(overrides: Partial<DocumentSubmitted> = {}): DocumentSubmitted {
  return {
    namespace: 'default',
    documentId: 'a-document',
    ingestionId: null,
    version: null,
    source: 'inline',
    location: '',
    content: 'John Smith is CEO of ACME Corporation.',
    mediaType: null,
    title: null,
    metadata: {},
    force: false,
    submittedAt: Date.UTC(2025, 0, 1),
    ...overrides,
  };
}
