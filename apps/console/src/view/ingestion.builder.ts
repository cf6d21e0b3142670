import type { Ingestion } from '../api/types.js';

/** An ingestion of which only what a test is about need be said. */
export function anIngestion(overrides: Partial<Ingestion> = {}): Ingestion {
  return {
    ...{ ingestionId: '0193a1b2-0000-7000-8000-000000000001', namespace: 'default', documentId: 'report', version: 1 },
    ...{ kind: 'ingestion', status: 'submitted', stage: 'stager', source: 'inline', location: '', title: null },
    ...{ mediaType: null, sizeBytes: null, metadata: {}, sameAs: null, tokens: {}, error: null },
    models: { extraction: [], embedding: [] },
    stores: { neo4j: 'pending', postgres: 'pending', qdrant: 'pending', redis: 'pending' },
    counts: { parts: 0, chunks: 0, entities: 0, facts: 0, mentions: 0 },
    partsDone: { parsed: 0, extracted: 0, embedded: 0 },
    ...{ submittedAt: '2026-11-28T10:00:00.000Z', updatedAt: '2026-11-28T10:00:00.000Z', concludedAt: null },
    timeline: [{ at: '2026-11-28T10:00:00.000Z', type: 'DocumentSubmitted' }],
    ...{ cost: { calls: 0, usd: 0 }, waiting: null },
    ...overrides,
  };
}
