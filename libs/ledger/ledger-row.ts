import type { EventName, EventPayloads, ExtractedBy, StoreCounts } from '#events';
import type { StoreName } from '#stores/port';

/** Every status an ingestion can have, as the HTTP contract names them. */
export const ingestionStatuses = [
  'submitted',
  'staged',
  'parsed',
  'extracted',
  'writing',
  'live',
  'rolled_back',
  'failed',
  'superseded',
  'unchanged',
  'retracted',
] as const;
export type IngestionStatus = (typeof ingestionStatuses)[number];

/**
 * How far one store is with an ingestion; later words win over earlier ones, in whatever order they are heard. Of an
 * `unchanged` one no store ever hears.
 */
export const storeProgress = [
  'pending',
  'written',
  'rolled_back',
  'live',
  'superseded',
  'retracted',
  'unchanged',
] as const;
export type StoreProgress = (typeof storeProgress)[number];

export type PartStep = 'parsed' | 'extracted' | 'embedded';

/** Why an ingestion was given up. */
export interface IngestionError {
  readonly reason: string;
  readonly message: string;
  /** Who gave up: a role, `deadline` or `cancel`. */
  readonly role: string;
  readonly atMs: number;
}

export interface ModelTokens {
  readonly prompt: number;
  readonly completion: number;
}

/** What the parts of an ingestion were made with; more than one of a kind only if settings changed on the way. */
export interface IngestionModels {
  /** None where fields of a record said it all, or no part came so far. */
  readonly extraction: readonly ExtractedBy[];
  readonly embedding: readonly { readonly model: string; readonly dimensions: number }[];
}

/** One row of `ingestions`: facts heard so far, and the status that follows from them. Times are milliseconds. */
export interface LedgerRow {
  readonly ingestionId: string;
  readonly namespace: string;
  readonly documentId: string;
  readonly version: number;
  readonly kind: 'ingestion' | 'retraction';
  readonly status: IngestionStatus;
  /** Role at work now; for an ingestion that was given up, the role that did. */
  readonly stage: string;
  readonly source: string | null;
  readonly location: string | null;
  readonly title: string | null;
  readonly mediaType: string | null;
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
  readonly stagingRef: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parts: number | null;
  /** Distinct parts that each step has done. */
  readonly partsDone: Readonly<Record<PartStep, number>>;
  readonly counts: Readonly<StoreCounts>;
  readonly tokens: Readonly<Record<string, ModelTokens>>;
  readonly models: IngestionModels;
  readonly stores: Readonly<Record<StoreName, StoreProgress>>;
  readonly staged: boolean;
  /** A newer version took its place in a store. */
  readonly replaced: boolean;
  /** A retraction of the document that covers this version is concluded. */
  readonly retracted: boolean;
  /** The ingestion that was live with the same content when this one was compared with it. */
  readonly sameAs: string | null;
  readonly error: IngestionError | null;
  readonly submittedAtMs: number | null;
  readonly updatedAtMs: number;
  /** When the last store settled it, as far as heard. */
  readonly settledAtMs: number | null;
  readonly concludedAtMs: number | null;
  /** What was said of it then; a live one may become superseded or retracted. */
  readonly concludedAs: IngestionStatus | null;
}

/** Events the ledger learns from. A submission reaches it by `admit`, as one from elsewhere has no identity yet. */
export const ledgerEvents = [
  'DocumentStaged',
  'DocumentParsed',
  'DocumentExtracted',
  'DocumentEmbedded',
  'StoreWritten',
  'CompensationRequested',
  'DocumentRetracted',
  'StorePromoted',
  'StoreCompensated',
  'StoreRetracted',
] as const satisfies readonly EventName[];
export type LedgerEventName = (typeof ledgerEvents)[number];
export type LedgerEvent = {
  [N in LedgerEventName]: { readonly type: N; readonly payload: EventPayloads[N] };
}[LedgerEventName];

type Identity = Pick<LedgerRow, 'ingestionId' | 'namespace' | 'documentId' | 'version' | 'kind'>;

/** A row of which nothing is known but what it is. */
export function newRow({ ingestionId, namespace, documentId, version, kind }: Identity): LedgerRow {
  const unknown = { source: null, location: null, title: null, mediaType: null, sha256: null, sizeBytes: null };
  const open = { error: null, submittedAtMs: null, settledAtMs: null, updatedAtMs: 0 };
  const concluded = { concludedAtMs: null, concludedAs: null };
  return {
    ...{ ingestionId, namespace, documentId, version, kind },
    ...{ status: 'submitted', stage: kind === 'ingestion' ? 'stager' : 'writers', ...unknown, stagingRef: null },
    ...{ metadata: {}, parts: null, partsDone: { parsed: 0, extracted: 0, embedded: 0 } },
    ...{ counts: { parts: 0, chunks: 0, entities: 0, facts: 0, mentions: 0 }, tokens: {} },
    models: { extraction: [], embedding: [] },
    ...{ stores: { neo4j: 'pending', postgres: 'pending', qdrant: 'pending', redis: 'pending' } },
    ...{ staged: false, replaced: false, retracted: false, sameAs: null, ...open, ...concluded },
  };
}
