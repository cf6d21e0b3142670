import type { DocumentEmbedded, ExtractedBy, StoreCounts } from '#events';
import { storeNames, type StoreName } from '#stores/port';

import type { LedgerEvent } from './ledger-row.js';

/** What a test's ingestion is; every event of it says so. */
export interface TestIngestion {
  readonly namespace: string;
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
}

const startMs = Date.UTC(2026, 0, 1);
/** What `pipelineEvents` say that parts were made with. */
export const madeWith = {
  extraction: [3, 4].map((version) => ({ model: 'local/rules-1', version: `${version}` })),
  embedding: [{ model: 'hash/8', dimensions: 8 }],
};
export const storedCounts: StoreCounts = { parts: 3, chunks: 9, entities: 4, facts: 2, mentions: 6 };

function described(ingestion: TestIngestion): Omit<DocumentEmbedded, keyof PartOnly> {
  const source = { source: 'inline', location: null, mediaType: 'text/plain', title: 'A title', metadata: { a: 'b' } };
  const bytes = { sha256: 'ab'.repeat(32), sizeBytes: 120, stagingRef: `ref-${ingestion.ingestionId}` };
  return { ...ingestion, ...source, ...bytes, submittedAt: startMs };
}

type PartOnly = Omit<DocumentEmbedded, keyof TestIngestion | keyof SourceOnly>;
type SourceOnly = Pick<
  DocumentEmbedded,
  'source' | 'location' | 'mediaType' | 'title' | 'metadata' | 'submittedAt' | 'sha256' | 'sizeBytes' | 'stagingRef'
>;

/** Events of the stages, from staged to embedded. */
export function pipelineEvents(ingestion: TestIngestion, parts = 3): LedgerEvent[] {
  const events: LedgerEvent[] = [
    { type: 'DocumentStaged', payload: { ...described(ingestion), stagedAt: startMs + 10 } },
  ];
  for (let part = 1; part <= parts; part += 1) {
    const found = { entities: [], mentions: [], facts: [], claims: [], record: null };
    const source = { ...described(ingestion), metadata: { a: 'b', found: 'by the parser' } };
    const bounded = { ...source, part, parts, chunkCount: parts * 3, chunks: [], ...found };
    const tokens = [{ model: 'local/rules-1', promptTokens: 10 * part, completionTokens: part }];
    const extractedBy = extractedByOf(part);
    const embedding = { document: null, embeddingModel: 'hash/8', dimensions: 8, sparseTerms: '' };
    events.push(
      {
        type: 'DocumentParsed',
        payload: { ...bounded, warnings: [], children: 0, mapped: null, parsedAt: startMs + 20 + part },
      },
      { type: 'DocumentExtracted', payload: { ...bounded, tokens, extractedBy, extractedAt: startMs + 40 + part } },
      { type: 'DocumentEmbedded', payload: { ...bounded, ...embedding, tokens, embeddedAt: startMs + 60 + part } },
    );
  }
  return events;
}

/** Rules that changed to their fourth version while parts were on their way. */
function extractedByOf(part: number): ExtractedBy {
  return { model: 'local/rules-1', version: part === 2 ? '4' : '3' };
}

export function receipts(ingestion: TestIngestion, stores: readonly StoreName[] = storeNames): LedgerEvent[] {
  const empty = { ...storedCounts, entities: 0, facts: 0, mentions: 0 };
  return stores.map((store, i) => {
    const counts = store === 'qdrant' || store === 'redis' ? empty : storedCounts;
    return { type: 'StoreWritten', payload: { ...ingestion, store, counts, writtenAt: startMs + 100 + i } };
  });
}

export function promotions(ingestion: TestIngestion, replaced: string[] = []): LedgerEvent[] {
  return storeNames.map((store, i) => ({
    type: 'StorePromoted',
    payload: { ...ingestion, store, replaced, promotedAt: startMs + 200 + i },
  }));
}

export function compensations(ingestion: TestIngestion, outcome: string): LedgerEvent[] {
  const removed = { parts: 0, chunks: 0, entities: 0, facts: 0, mentions: 0 };
  return storeNames.map((store, i) => ({
    type: 'StoreCompensated',
    payload: { ...ingestion, store, outcome, removed, compensatedAt: startMs + 200 + i },
  }));
}

export function givenUp(ingestion: TestIngestion, requestedBy: string, reason = 'store-refused'): LedgerEvent {
  const payload = {
    ...ingestion,
    requestedBy,
    reason,
    message: `${requestedBy} gave up`,
    confirmed: false,
    requestedAt: startMs + 110,
  };
  return { type: 'CompensationRequested', payload };
}

/** A retraction and its receipts. */
export function retractionEvents(retraction: TestIngestion, removed: string[]): LedgerEvent[] {
  return [
    { type: 'DocumentRetracted', payload: { ...retraction, reason: 'asked', retractedAt: startMs + 300 } },
    ...storeNames.map((store, i): LedgerEvent => {
      return { type: 'StoreRetracted', payload: { ...retraction, store, removed, retractedAt: startMs + 310 + i } };
    }),
  ];
}
