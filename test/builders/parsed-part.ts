import { chunkId, type DocumentParsed } from '#events';

const ingestionId = '019a3b1c-0000-7000-8000-000000000001';
/** 2026-11-01T00:00:00Z. */
const nowMs = 1_793_491_200_000;

/** The one part of a document of one chunk, as the parser hands it on. */
export function parsedPart({ namespace, text }: { readonly namespace: string; readonly text: string }): DocumentParsed {
  const place = { seq: 0, startOffset: 0, endOffset: text.length, headingPath: [], origin: null };
  const chunk = { ...place, chunkId: chunkId(ingestionId, 0), text, tokenCount: 1 };
  return {
    ...{ namespace, documentId: 'orders', ingestionId, version: 1 },
    ...{ source: 'inline', location: null, mediaType: 'text/plain', title: null, metadata: {} },
    ...{ submittedAt: nowMs, sha256: '0'.repeat(64), sizeBytes: text.length, stagingRef: 'sha256/0' },
    ...{ part: 1, parts: 1, chunkCount: 1, chunks: [chunk], mapped: null, record: null, warnings: [], children: 0 },
    parsedAt: nowMs,
  };
}
