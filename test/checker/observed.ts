import type { StoreName } from '#stores/port';

/**
 * What the checker looks at: the contents of four stores, the log and what clients were told, as plain values. It knows
 * neither clients of stores nor Kafka; whoever uses it (simulation, every-step faults, processes that die) reads the
 * real thing and fills in this shape.
 *
 * To adopt it: read each store with its own client into `Artefact`s (every trace that carries an ingestion's id, also
 * what is pending), read the saga log and the outcomes topic from their beginning, each partition in order, wait until
 * nothing is under way, and expect `violations(observed)` to be empty. `unchanged` compares two looks (a rollback, a
 * replay from offset 0, another tenant's doings), `unlikeReference` a look with a serial replay without faults, and
 * `readViolations` what a reader saw while the faults were going on.
 */
export interface Observed {
  readonly stores: Contents;
  readonly graph: Graph;
  /** Records of the saga log, each document's in order. */
  readonly sagaLog: readonly LogRecord[];
  /** Records of the outcomes topic. */
  readonly outcomes: readonly LogRecord[];
  /** Absent where no ledger runs. */
  readonly ledger?: readonly LedgerLine[];
  /** Absent where no clients ask. */
  readonly history?: readonly Operation[];
  /** Records of the dead-letter topic that are of Penstock's own making, by their type. */
  readonly deadLetters?: readonly LogRecord[];
  /** Staging references whose bytes are still there. */
  readonly staged?: readonly string[];
}

export type Contents = Readonly<Record<StoreName, readonly Artefact[]>>;

export type ArtefactKind = 'document' | 'chunk' | 'entity' | 'fact' | 'mention' | (string & {});

/** One trace of an ingestion in a store, live or not. */
export interface Artefact {
  /** `namespace/documentId`. */
  readonly document: string;
  readonly ingestionId: string;
  readonly what: ArtefactKind;
  readonly live: boolean;
  /** `seq:text` of a chunk, the uuid of an entity or a fact, `entityUuid:seq:startOffset` of a mention. */
  readonly value: string;
}

/** What the graph holds of entities and facts, whoever mentions them. */
export interface Graph {
  readonly entities: readonly { readonly uuid: string; readonly name: string | null; readonly mentions: number }[];
  readonly facts: readonly { readonly uuid: string; readonly episodes: readonly string[] }[];
}

/** A record of a topic, decoded; `type` is the name of its Avro record. */
export interface LogRecord {
  readonly type: string;
  readonly payload: object;
}

/** A row of the ledger. */
export interface LedgerLine {
  readonly ingestionId: string;
  readonly document: string;
  readonly version: number;
  readonly kind: string;
  readonly status: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly stagingRef: string | null;
  /** Who gave it up and why, where that is asked for. */
  readonly error?: { readonly role: string; readonly reason: string } | null;
}

/** What a client asked, and what it knows of the answer: `info` may or may not have happened. */
export interface Operation {
  /** `replay` is of a dead letter of the document, `cancel` of an ingestion that was accepted before. */
  readonly kind: 'put' | 'delete' | 'replay' | 'cancel';
  readonly namespace: string;
  readonly documentId: string;
  /** Text of a `put`; its first line stands in no other text. */
  readonly content: string;
  readonly result: 'ok' | 'fail' | 'info';
  /** What was promised; of a `cancel` what it was about, whatever came of it. */
  readonly ingestionId?: string;
  readonly version?: number;
  /** Of requests with an `Idempotency-Key`. */
  readonly idempotencyKey?: string;
}

/** Fields that every event of a document has. */
export interface EventIdentity {
  readonly namespace: string;
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
}

/** The identity of a record's payload; a payload of another shape gives `undefined` fields, which match nothing. */
export function identityOf(record: LogRecord): EventIdentity {
  return record.payload as EventIdentity;
}

/** One further field of a payload. */
export function fieldOf(record: LogRecord, name: string): unknown {
  return (record.payload as Readonly<Record<string, unknown>>)[name];
}
