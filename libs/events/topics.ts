import type { EventName } from './generated/events.js';

/** One topic as data; topic creation reads this table and nothing else. */
export interface TopicSpec {
  readonly name: string;
  /** How long records are kept. Tombstones in the stores outlive the longest of these. */
  readonly retentionMs: number;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * The first four are event topics (what happened, past participle), the last three are role topics (what the topic
 * is for). Every topic has the same number of partitions and the key `namespace/documentId`, so a document's events
 * are in order and a document has one owner per role. Cleanup policy is `delete` everywhere.
 */
export const topics = {
  submitted: { name: 'penstock.documents.submitted', retentionMs: 7 * dayMs },
  staged: { name: 'penstock.documents.staged', retentionMs: 7 * dayMs },
  parsed: { name: 'penstock.documents.parsed', retentionMs: 7 * dayMs },
  extracted: { name: 'penstock.documents.extracted', retentionMs: 7 * dayMs },
  saga: { name: 'penstock.documents.saga', retentionMs: 7 * dayMs },
  outcomes: { name: 'penstock.documents.outcomes', retentionMs: 14 * dayMs },
  deadLetter: { name: 'penstock.documents.dead-letter', retentionMs: 30 * dayMs },
} as const satisfies Record<string, TopicSpec>;

export type TopicKey = keyof typeof topics;

/** Every record type travels on exactly one topic. */
export const topicOfEvent: Readonly<Record<EventName, TopicKey>> = {
  DocumentSubmitted: 'submitted',
  DocumentStaged: 'staged',
  DocumentParsed: 'parsed',
  DocumentExtracted: 'extracted',
  DocumentEmbedded: 'saga',
  StoreWritten: 'saga',
  CompensationRequested: 'saga',
  DocumentRetracted: 'saga',
  StorePromoted: 'outcomes',
  StoreCompensated: 'outcomes',
  StoreRetracted: 'outcomes',
  IngestionConcluded: 'outcomes',
};
