import { fieldOf, identityOf, type LogRecord } from './observed.js';

/** What the log says of one ingestion. */
export interface LoggedIngestion {
  readonly document: string;
  readonly ingestionId: string;
  readonly version: number;
  readonly decision: 'open' | 'live' | 'abort';
  /** Index of the record that decided it. */
  readonly decidedAt: number;
}

/** What must hold at the end of a log. */
export interface LogReading {
  readonly ingestions: ReadonlyMap<string, LoggedIngestion>;
  /** The version that must be live, by document. */
  readonly live: ReadonlyMap<string, LoggedIngestion>;
  /** Everything a document must consist of, by ingestion: values by kind, sorted. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly retractedThrough: ReadonlyMap<string, number>;
}

export type Manifest = Readonly<Record<'chunk' | 'entity' | 'fact' | 'mention', readonly string[]>>;

interface Draft {
  readonly ingestions: Map<string, LoggedIngestion>;
  readonly receipts: Map<string, Set<unknown>>;
  readonly retracted: Map<string, number>;
  readonly parts: Map<string, Map<unknown, Part>>;
}

interface Part {
  readonly chunks: readonly { readonly seq: number; readonly text: string }[];
  readonly entities: readonly { readonly uuid: string }[];
  readonly facts: readonly { readonly uuid: string }[];
  readonly mentions: readonly { readonly entityUuid: string; readonly seq: number; readonly startOffset: number }[];
}

/**
 * Reads a saga log as the design's text describes it, without any code of `libs/saga`: four distinct receipts before a
 * request to compensate or a retraction of the version make it live; whatever comes first is final.
 */
export function readSagaLog(log: readonly LogRecord[]): LogReading {
  const draft: Draft = {
    ingestions: new Map(),
    receipts: new Map(),
    retracted: new Map(),
    parts: new Map(),
  };
  log.forEach((record, index) => read(draft, record, index));
  const manifests = new Map([...draft.parts].map(([id, parts]) => [id, manifestOf([...parts.values()])]));
  return { ingestions: draft.ingestions, live: liveAtEnd(draft), manifests, retractedThrough: draft.retracted };
}

function read(draft: Draft, record: LogRecord, index: number): void {
  const { namespace, documentId, ingestionId, version } = identityOf(record);
  const document = `${namespace}/${documentId}`;
  if (record.type === 'DocumentRetracted') {
    retract(draft, document, version, index);
    return;
  }
  const known = draft.ingestions.get(ingestionId);
  if (known !== undefined && (known.document !== document || known.decision !== 'open')) return;
  const one = { document, ingestionId, version };
  if (version <= (draft.retracted.get(document) ?? 0)) {
    draft.ingestions.set(ingestionId, { ...one, decision: 'abort', decidedAt: index });
    return;
  }
  switch (record.type) {
    case 'DocumentEmbedded':
      if (known === undefined) draft.ingestions.set(ingestionId, { ...one, decision: 'open', decidedAt: -1 });
      addPart(draft, ingestionId, record);
      return;
    case 'CompensationRequested':
      draft.ingestions.set(ingestionId, { ...one, decision: 'abort', decidedAt: index });
      return;
    case 'StoreWritten': {
      if (known === undefined) return;
      const stores = draft.receipts.get(ingestionId) ?? new Set();
      draft.receipts.set(ingestionId, stores.add(fieldOf(record, 'store')));
      if (stores.size === 4) draft.ingestions.set(ingestionId, { ...one, decision: 'live', decidedAt: index });
      return;
    }
  }
}

function retract(draft: Draft, document: string, version: number, index: number): void {
  draft.retracted.set(document, Math.max(version, draft.retracted.get(document) ?? 0));
  for (const one of draft.ingestions.values()) {
    if (one.document !== document || one.decision !== 'open' || one.version > version) continue;
    draft.ingestions.set(one.ingestionId, { ...one, decision: 'abort', decidedAt: index });
  }
}

function addPart(draft: Draft, ingestionId: string, record: LogRecord): void {
  const parts = draft.parts.get(ingestionId) ?? new Map<unknown, Part>();
  draft.parts.set(ingestionId, parts);
  const number = fieldOf(record, 'part');
  if (!parts.has(number)) parts.set(number, record.payload as Part);
}

function liveAtEnd({ ingestions, retracted }: Draft): Map<string, LoggedIngestion> {
  const live = new Map<string, LoggedIngestion>();
  for (const one of ingestions.values()) {
    if (one.decision !== 'live' || one.version <= (retracted.get(one.document) ?? 0)) continue;
    const other = live.get(one.document);
    if (other === undefined || isNewer(one, other)) live.set(one.document, one);
  }
  return live;
}

/** Of two ingestions of one version the one with the greater id is the newer. */
export function isNewer(a: LoggedIngestion, b: LoggedIngestion): boolean {
  return a.version === b.version ? a.ingestionId > b.ingestionId : a.version > b.version;
}

function manifestOf(parts: readonly Part[]): Manifest {
  const distinct = (of: (part: Part) => readonly string[]): string[] => [...new Set(parts.flatMap(of))].sort();
  return {
    chunk: distinct((part) => part.chunks.map(({ seq, text }) => `${seq}:${text}`)),
    entity: distinct((part) => part.entities.map(({ uuid }) => uuid)),
    fact: distinct((part) => part.facts.map(({ uuid }) => uuid)),
    mention: distinct((part) => part.mentions.map((one) => `${one.entityUuid}:${one.seq}:${one.startOffset}`)),
  };
}
