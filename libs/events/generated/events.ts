// Generated from avro/*.avsc by `npm run generate`. Do not edit.

/** An ingestion cannot become live; every store undoes what it holds of it. */
export interface CompensationRequested {
  /** Tenant of the document; matches [a-z0-9][a-z0-9-]{0,62}. */
  namespace: string;
  /** What the user calls the document; at most 512 bytes, no control characters. */
  documentId: string;
  /** UUIDv7 of this attempt to make one version live. */
  ingestionId: string;
  /** Version of the document, monotonic per document, from 1. */
  version: number;
  /** Role that gave up, or deadline, or cancel. */
  requestedBy: string;
  /** Machine-readable reason, e.g. store-refused. */
  reason: string;
  /** What went wrong, for people; no content. */
  message: string;
  /** When it was requested. */
  requestedAt: number;
  /** Whether the ledger vouches that no store made the version live: one undid it, or none said so for a deadline after the first request. A store that holds it pending, and has read neither a part of it nor one behind the request, obeys no other. */
  confirmed: boolean;
}

/** One part with its vectors, ready for the four stores. */
export interface DocumentEmbedded {
  /** Tenant of the document; matches [a-z0-9][a-z0-9-]{0,62}. */
  namespace: string;
  /** What the user calls the document; at most 512 bytes, no control characters. */
  documentId: string;
  /** UUIDv7 of this attempt to make one version live. */
  ingestionId: string;
  /** Version of the document, monotonic per document, from 1. */
  version: number;
  /** Where the document came from: local_upload, http, frontapp, inline or json_record. */
  source: string;
  /** Path or URL of the source, for people and citations. */
  location: null | string;
  /** Sniffed media type, e.g. text/markdown. */
  mediaType: string;
  /** Title given by the submitter or found in the document. */
  title: null | string;
  /** Free fields of the submitter. */
  metadata: Record<string, string>;
  /** When the document was submitted. */
  submittedAt: number;
  /** SHA-256 of the source bytes, lower-case hexadecimal. */
  sha256: string;
  /** Size of the source. */
  sizeBytes: number;
  /** Reference under which staging holds the bytes. */
  stagingRef: string;
  /** Number of this part, from 1. */
  part: number;
  /** How many parts the ingestion has. */
  parts: number;
  /** Chunks of the whole ingestion. */
  chunkCount: number;
  /** Chunks of this part, in order. */
  chunks: EmbeddedChunk[];
  /** Entities of this part, each once. */
  entities: Entity[];
  /** Where the entities stand. */
  mentions: Mention[];
  /** Facts of this part, each once. */
  facts: Fact[];
  /** Which names of other live documents a chat model takes for names of this part, and what its acronyms mean or may mean. */
  claims: NameClaim[];
  /** The document as a whole; only on part 1. */
  document: null | EmbeddedDocument;
  /** Provider and model, e.g. hash/384. */
  embeddingModel: string;
  /** Length of the dense vectors. */
  dimensions: number;
  /** How texts became the terms of the sparse vectors, e.g. snowball-1; empty for whole words. */
  sparseTerms: string;
  /** Model tokens spent on this part, extraction included. */
  tokens: TokenUsage[];
  /** The JSON of a structured record; only on part 1 of a json_record. */
  record: null | string;
  /** When the part was embedded. */
  embeddedAt: number;
}

/** One part with the entities and facts found in it. */
export interface DocumentExtracted {
  /** Tenant of the document; matches [a-z0-9][a-z0-9-]{0,62}. */
  namespace: string;
  /** What the user calls the document; at most 512 bytes, no control characters. */
  documentId: string;
  /** UUIDv7 of this attempt to make one version live. */
  ingestionId: string;
  /** Version of the document, monotonic per document, from 1. */
  version: number;
  /** Where the document came from: local_upload, http, frontapp, inline or json_record. */
  source: string;
  /** Path or URL of the source, for people and citations. */
  location: null | string;
  /** Sniffed media type, e.g. text/markdown. */
  mediaType: string;
  /** Title given by the submitter or found in the document. */
  title: null | string;
  /** Free fields of the submitter. */
  metadata: Record<string, string>;
  /** When the document was submitted. */
  submittedAt: number;
  /** SHA-256 of the source bytes, lower-case hexadecimal. */
  sha256: string;
  /** Size of the source. */
  sizeBytes: number;
  /** Reference under which staging holds the bytes. */
  stagingRef: string;
  /** Number of this part, from 1. */
  part: number;
  /** How many parts the ingestion has. */
  parts: number;
  /** Chunks of the whole ingestion. */
  chunkCount: number;
  /** Chunks of this part, in order. */
  chunks: Chunk[];
  /** Entities of this part, each once. */
  entities: Entity[];
  /** Where the entities stand. */
  mentions: Mention[];
  /** Facts of this part, each once. */
  facts: Fact[];
  /** Which names of other live documents a chat model takes for names of this part, and what its acronyms mean or may mean. */
  claims: NameClaim[];
  /** Model tokens spent on this part. */
  tokens: TokenUsage[];
  /** What found the entities and facts; null where fields of a record said them. */
  extractedBy: null | ExtractedBy;
  /** The JSON of a structured record; only on part 1 of a json_record. */
  record: null | string;
  /** When the part was extracted. */
  extractedAt: number;
}

/** One part of the text of a document, cut into chunks. */
export interface DocumentParsed {
  /** Tenant of the document; matches [a-z0-9][a-z0-9-]{0,62}. */
  namespace: string;
  /** What the user calls the document; at most 512 bytes, no control characters. */
  documentId: string;
  /** UUIDv7 of this attempt to make one version live. */
  ingestionId: string;
  /** Version of the document, monotonic per document, from 1. */
  version: number;
  /** Where the document came from: local_upload, http, frontapp, inline or json_record. */
  source: string;
  /** Path or URL of the source, for people and citations. */
  location: null | string;
  /** Sniffed media type, e.g. text/markdown. */
  mediaType: string;
  /** Title given by the submitter or found in the document. */
  title: null | string;
  /** Free fields of the submitter. */
  metadata: Record<string, string>;
  /** When the document was submitted. */
  submittedAt: number;
  /** SHA-256 of the source bytes, lower-case hexadecimal. */
  sha256: string;
  /** Size of the source. */
  sizeBytes: number;
  /** Reference under which staging holds the bytes. */
  stagingRef: string;
  /** Number of this part, from 1. */
  part: number;
  /** How many parts the ingestion has. */
  parts: number;
  /** Chunks of the whole ingestion. */
  chunkCount: number;
  /** Chunks of this part, in order. */
  chunks: Chunk[];
  /** The JSON of a structured record; only on part 1 of a json_record. */
  record: null | string;
  /** What takes the place of extraction by a model in a record whose type maps its fields; null for every other document. */
  mapped: null | Mapped;
  /** What a reader should know of how the document was read; only on part 1. */
  warnings: string[];
  /** How many documents came out of this one, such as attachments; only on part 1. */
  children: number;
  /** When the part was parsed. */
  parsedAt: number;
}

/** A document is deleted: every store removes its versions up to this one. */
export interface DocumentRetracted {
  /** Tenant of the document. */
  namespace: string;
  /** The document. */
  documentId: string;
  /** UUIDv7 of the retraction itself. */
  ingestionId: string;
  /** Versions up to and including this one go. */
  version: number;
  /** Why, for people. */
  reason: string;
  /** When it was asked for. */
  retractedAt: number;
}

/** The bytes of a document lie in staging; events carry only the reference (claim check). */
export interface DocumentStaged {
  /** Tenant of the document; matches [a-z0-9][a-z0-9-]{0,62}. */
  namespace: string;
  /** What the user calls the document; at most 512 bytes, no control characters. */
  documentId: string;
  /** UUIDv7 of this attempt to make one version live. */
  ingestionId: string;
  /** Version of the document, monotonic per document, from 1. */
  version: number;
  /** Where the document came from: local_upload, http, frontapp, inline or json_record. */
  source: string;
  /** Path or URL of the source, for people and citations. */
  location: null | string;
  /** Sniffed media type, e.g. text/markdown. */
  mediaType: string;
  /** Title given by the submitter or found in the document. */
  title: null | string;
  /** Free fields of the submitter. */
  metadata: Record<string, string>;
  /** When the document was submitted. */
  submittedAt: number;
  /** SHA-256 of the source bytes, lower-case hexadecimal. */
  sha256: string;
  /** Size of the source. */
  sizeBytes: number;
  /** Reference under which staging holds the bytes. */
  stagingRef: string;
  /** When the bytes were staged. */
  stagedAt: number;
}

/** A document or record enters Penstock. Any Confluent-compatible Avro producer may send it. */
export interface DocumentSubmitted {
  /** Tenant of the document; matches [a-z0-9][a-z0-9-]{0,62}. */
  namespace: string;
  /** What the user calls the document; at most 512 bytes, no control characters. */
  documentId: string;
  /** Set by the HTTP API; otherwise derived from the record. */
  ingestionId: null | string;
  /** Set by the HTTP API; otherwise assigned at staging. */
  version: null | number;
  /** local_upload, http, frontapp, inline or json_record. */
  source: string;
  /** Path, URL or staging reference; may be empty for inline and json_record. */
  location: string;
  /** Content of an inline document or record, at most 256 KiB. */
  content: null | string;
  /** Media type the submitter believes in; it is sniffed all the same. */
  mediaType: null | string;
  /** Title of the document. */
  title: null | string;
  /** Free fields of the submitter. */
  metadata: Record<string, string>;
  /** Whether the document is ingested even if the live version has the same content. */
  force: boolean;
  /** When the document was submitted. */
  submittedAt: number;
}

/** The final outcome of an ingestion or a retraction, once all four stores have settled it. */
export interface IngestionConcluded {
  /** Tenant of the document; matches [a-z0-9][a-z0-9-]{0,62}. */
  namespace: string;
  /** What the user calls the document; at most 512 bytes, no control characters. */
  documentId: string;
  /** UUIDv7 of this attempt to make one version live. */
  ingestionId: string;
  /** Version of the document, monotonic per document, from 1. */
  version: number;
  /** live, rolled_back, failed, superseded, unchanged or retracted. */
  status: string;
  /** What went wrong, for people. */
  error: null | string;
  /** Staged bytes that are no longer needed once live. */
  stagingRef: null | string;
  /** What the ingestion holds. */
  counts: StoreCounts;
  /** When the last store settled. */
  concludedAt: number;
}

/** The store holds nothing of the ingestion any more and refuses late writes of it. */
export interface StoreCompensated {
  /** Tenant of the document; matches [a-z0-9][a-z0-9-]{0,62}. */
  namespace: string;
  /** What the user calls the document; at most 512 bytes, no control characters. */
  documentId: string;
  /** UUIDv7 of this attempt to make one version live. */
  ingestionId: string;
  /** Version of the document, monotonic per document, from 1. */
  version: number;
  /** neo4j, postgres, qdrant or redis. */
  store: string;
  /** rolled_back, superseded or retracted. */
  outcome: string;
  /** What was removed, as far as the store could count it. */
  removed: StoreCounts;
  /** When it was undone in this store. */
  compensatedAt: number;
}

/** The store made the ingestion live. */
export interface StorePromoted {
  /** Tenant of the document; matches [a-z0-9][a-z0-9-]{0,62}. */
  namespace: string;
  /** What the user calls the document; at most 512 bytes, no control characters. */
  documentId: string;
  /** UUIDv7 of this attempt to make one version live. */
  ingestionId: string;
  /** Version of the document, monotonic per document, from 1. */
  version: number;
  /** neo4j, postgres, qdrant or redis. */
  store: string;
  /** Ingestions of the same document this one replaced here. */
  replaced: string[];
  /** When it became live in this store. */
  promotedAt: number;
}

/** The store removed a retracted document. */
export interface StoreRetracted {
  /** Tenant of the document. */
  namespace: string;
  /** The document. */
  documentId: string;
  /** UUIDv7 of the retraction. */
  ingestionId: string;
  /** Versions up to and including this one went. */
  version: number;
  /** neo4j, postgres, qdrant or redis. */
  store: string;
  /** Ingestions that were removed here. */
  removed: string[];
  /** When it was removed in this store. */
  retractedAt: number;
}

/** Receipt: this store holds the whole ingestion, pending. */
export interface StoreWritten {
  /** Tenant of the document; matches [a-z0-9][a-z0-9-]{0,62}. */
  namespace: string;
  /** What the user calls the document; at most 512 bytes, no control characters. */
  documentId: string;
  /** UUIDv7 of this attempt to make one version live. */
  ingestionId: string;
  /** Version of the document, monotonic per document, from 1. */
  version: number;
  /** neo4j, postgres, qdrant or redis. */
  store: string;
  /** What was written. */
  counts: StoreCounts;
  /** When the last part was written. */
  writtenAt: number;
}

/** A passage of the document with its vectors. */
export interface EmbeddedChunk {
  /** UUIDv5 of ingestion and seq. */
  chunkId: string;
  /** Position of the chunk in the document, from 0. */
  seq: number;
  /** Text of the chunk. */
  text: string;
  /** Tokens of the text by the configured tokenizer. */
  tokenCount: number;
  /** Offset of the first character in the document text, in UTF-16 units. */
  startOffset: number;
  /** Offset after the last character in the document text, in UTF-16 units. */
  endOffset: number;
  /** Headings above the chunk, outermost first. */
  headingPath: string[];
  /** Where in the source the chunk came from; null where the format has neither pages nor rows. */
  origin: null | Origin;
  /** Packed little-endian float32 values. */
  dense: Buffer;
  /** Term indices of the sparse vector, ascending. */
  sparseIndices: number[];
  /** Weights of the sparse vector, in the order of the indices. */
  sparseValues: number[];
}

/** A thing the text speaks of. */
export interface Entity {
  /** UUIDv5 of namespace, type and name. */
  uuid: string;
  /** Display name. */
  name: string;
  /** Type from the ontology, e.g. Person. */
  type: string;
  /** What the part says of it, in its own words; empty if nothing stands out. */
  summary: string;
}

/** One place where an entity stands in the text. */
export interface Mention {
  /** The entity. */
  entityUuid: string;
  /** Chunk in which it stands. */
  seq: number;
  /** The words it stands on, literally as in the chunk. */
  evidence: string;
  /** Offset of the evidence in the chunk text, in UTF-16 units. */
  startOffset: number;
  /** Offset after the evidence in the chunk text, in UTF-16 units. */
  endOffset: number;
}

/** A typed relation between two entities. */
export interface Fact {
  /** UUIDv5 of namespace, source, relation, target and the fact sentence. */
  uuid: string;
  /** Entity the fact starts at. */
  sourceUuid: string;
  /** Entity the fact points to. */
  targetUuid: string;
  /** Relation type in upper snake case, e.g. WORKS_FOR. */
  relation: string;
  /** The fact as a sentence. */
  fact: string;
  /** Chunk that states it. */
  seq: number;
  /** The words it stands on, literally as in the chunk. */
  evidence: string;
  /** From when the fact holds, if the text says so. */
  validAt: null | number;
  /** From when the fact no longer holds, if the text says so. */
  invalidAt: null | number;
}

/** Says that an entity of this part and another one, of this document or of another, are one under two spellings. */
export interface NameClaim {
  /** Entity of this part. */
  entityUuid: string;
  /** The other entity; for a name that this document defines as an acronym one claim has the name itself. */
  otherUuid: string;
  /** Ingestion of the other document, or this one; the claim holds while that one is live. */
  otherIngestionId: string;
  /** Whether the name of this part is the short one of the two, which stands for the other. */
  isShort: boolean;
}

/** The document as a whole with its vectors; only on part 1. */
export interface EmbeddedDocument {
  /** Title and leading text, the words the vectors stand for. */
  text: string;
  /** Packed little-endian float32 values. */
  dense: Buffer;
  /** Term indices of the sparse vector, ascending. */
  sparseIndices: number[];
  /** Weights of the sparse vector, in the order of the indices. */
  sparseValues: number[];
}

/** Model tokens spent on this part; answers read back cost nothing. */
export interface TokenUsage {
  /** Provider and model, e.g. local/rules-1. */
  model: string;
  /** Tokens sent. */
  promptTokens: number;
  /** Tokens received. */
  completionTokens: number;
}

/** A passage of the document. */
export interface Chunk {
  /** UUIDv5 of ingestion and seq. */
  chunkId: string;
  /** Position of the chunk in the document, from 0. */
  seq: number;
  /** Text of the chunk. */
  text: string;
  /** Tokens of the text by the configured tokenizer. */
  tokenCount: number;
  /** Offset of the first character in the document text, in UTF-16 units. */
  startOffset: number;
  /** Offset after the last character in the document text, in UTF-16 units. */
  endOffset: number;
  /** Headings above the chunk, outermost first. */
  headingPath: string[];
  /** Where in the source the chunk came from; null where the format has neither pages nor rows. */
  origin: null | Origin;
}

/** What entities and facts were found with. */
export interface ExtractedBy {
  /** Provider and model, e.g. local/rules-1. */
  model: string;
  /** Version of its rules or of its prompt. */
  version: string;
}

/** Entities and facts of a record by what its fields stand for. */
export interface Mapped {
  /** Values that lie in a chunk of this part. */
  entities: MappedEntity[];
  /** Relations between those entities. */
  facts: MappedFact[];
}

/** What the store holds of the ingestion. */
export interface StoreCounts {
  /** Parts. */
  parts: number;
  /** Chunks. */
  chunks: number;
  /** Entities, each once. */
  entities: number;
  /** Facts, each once. */
  facts: number;
  /** Mentions. */
  mentions: number;
}

/** Where in the source a chunk came from; only what its format knows. */
export interface Origin {
  /** First page, or slide, the chunk stands on, from 1. */
  page: null | number;
  /** Last page, or slide, the chunk stands on. */
  lastPage: null | number;
  /** Sheet of a workbook. */
  sheet: null | string;
  /** First row of a table, from 1, as the source counts them. */
  row: null | number;
  /** Last row of a table. */
  lastRow: null | number;
}

/** A value of a record that names something. */
export interface MappedEntity {
  /** What it names, e.g. Organization. */
  type: string;
  /** Offset of the value in the document text, in UTF-16 units. */
  startOffset: number;
  /** Offset after the value. */
  endOffset: number;
}

/** A relation between two values. */
export interface MappedFact {
  /** Position among the entities, from 0. */
  source: number;
  /** Upper snake case. */
  relation: string;
  /** Position among the entities, from 0. */
  target: number;
  /** The relation as a sentence. */
  fact: string;
}

/** Event name to payload type. */
export interface EventPayloads {
  CompensationRequested: CompensationRequested;
  DocumentEmbedded: DocumentEmbedded;
  DocumentExtracted: DocumentExtracted;
  DocumentParsed: DocumentParsed;
  DocumentRetracted: DocumentRetracted;
  DocumentStaged: DocumentStaged;
  DocumentSubmitted: DocumentSubmitted;
  IngestionConcluded: IngestionConcluded;
  StoreCompensated: StoreCompensated;
  StorePromoted: StorePromoted;
  StoreRetracted: StoreRetracted;
  StoreWritten: StoreWritten;
}

export const eventNames = [
  'CompensationRequested',
  'DocumentEmbedded',
  'DocumentExtracted',
  'DocumentParsed',
  'DocumentRetracted',
  'DocumentStaged',
  'DocumentSubmitted',
  'IngestionConcluded',
  'StoreCompensated',
  'StorePromoted',
  'StoreRetracted',
  'StoreWritten',
] as const;

export type EventName = (typeof eventNames)[number];
