import type { DocumentStaged } from '#events';

/** A valid staged plain text; a test names only what it is about. */
export function aStagedDocument(overrides: Partial<DocumentStaged> = {}): DocumentStaged {
  const ingestionId = '01900000-0000-7000-8000-000000000001';
  return {
    namespace: 'default',
    documentId: 'a-document',
    ingestionId,
    version: 1,
    source: 'inline',
    location: null,
    mediaType: 'text/plain',
    title: null,
    metadata: {},
    submittedAt: Date.UTC(2025, 0, 1),
    sha256: '0'.repeat(64),
    sizeBytes: 1,
    stagingRef: ingestionId,
    stagedAt: Date.UTC(2025, 0, 1),
    ...overrides,
  };
}
