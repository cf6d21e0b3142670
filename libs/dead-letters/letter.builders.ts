import type { DocumentStaged, DocumentSubmitted } from '#events';

import type { FailedIngestion } from './ledger-facts.js';

const document = { namespace: 'acme', documentId: 'report' };
const ingestionId = '01900000-0000-7000-8000-000000000001';

/** A submission as the HTTP API sends it; a test names only what it is about. */
export function aSubmission(overrides: Partial<DocumentSubmitted> = {}): DocumentSubmitted {
  return {
    ...document,
    ingestionId,
    version: 1,
    source: 'inline',
    location: '',
    content: 'Words.',
    mediaType: null,
    title: 'Report',
    metadata: { team: 'a' },
    force: false,
    submittedAt: 1000,
    ...overrides,
  };
}

export function aStagedDocument(overrides: Partial<DocumentStaged> = {}): DocumentStaged {
  const identity = { ...document, ingestionId, version: 1, source: 'inline', location: null };
  const bytes = { sha256: 'ab'.repeat(32), sizeBytes: 6, stagingRef: ingestionId, stagedAt: 2000 };
  const described = { mediaType: 'text/plain', title: 'Report', metadata: { team: 'a' }, submittedAt: 1000 };
  return { ...identity, ...described, ...bytes, ...overrides };
}

/** What the ledger knows of an ingestion that was staged and then failed. */
export function aFailedIngestion(overrides: Partial<FailedIngestion> = {}): FailedIngestion {
  const described = { source: 'inline', location: null, media_type: 'text/plain', title: 'Report' };
  return {
    ...{ version: 1, status: 'rolled_back', ...described, metadata: { team: 'a' }, submitted_at: new Date(1000) },
    ...{ sha256: 'ab'.repeat(32), size_bytes: 6, staging_ref: ingestionId },
    ...overrides,
  };
}
