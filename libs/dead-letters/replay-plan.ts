import { isUtf8 } from 'node:buffer';

import { documentRefProblem, topics, type DocumentStaged, type DocumentSubmitted, type Emission } from '#events';

import { isEventTopic, type HeaderPair } from './letter.js';

/** What can be made of a letter. */
export type ReplayPlan =
  /** The submission again, as a new ingestion: the stager failed. */
  | { readonly kind: 'submit'; readonly submitted: DocumentSubmitted }
  /** The staged document again, as a new ingestion: the parser failed. */
  | { readonly kind: 'parse'; readonly staged: DocumentStaged }
  /**
   * A later stage failed: one part can't complete an ingestion of its own, so the ingestion starts anew from its staged
   * bytes. Answers of models that were kept are not paid for again.
   */
  | { readonly kind: 'restart'; readonly ingestionId: string }
  /** The bytes again, to the topic they came from: nobody can read them, or they only tell a watcher something. */
  | { readonly kind: 'resend' }
  | { readonly kind: 'refuse'; readonly reason: string; readonly message: string };

/** The part of a letter that says how it is replayed. */
export interface ReplayedLetter {
  readonly stage: string;
  readonly topic: string;
  readonly keyBytes: Buffer | null;
  readonly headerPairs: readonly HeaderPair[];
  readonly value: Buffer | null;
  /** Bytes the value had, if the rest of the record was cut off. */
  readonly truncatedFromBytes: number | null;
}

const carriers = new Set(['extractor', 'embedder', 'writer-neo4j', 'writer-postgres', 'writer-qdrant', 'writer-redis']);

/** Decides what a replay sends, and to which stage. */
export function planReplay(letter: ReplayedLetter, event: Emission | undefined): ReplayPlan {
  const plan = planOf(letter, event);
  if (plan.kind !== 'resend' || staysAsItIs(letter)) return plan;
  return refuse('key or headers are not plain text, or a header stands twice: it can not be sent again as it is');
}

/** The outbox holds keys and headers as text, and each header once. */
function staysAsItIs({ keyBytes, headerPairs }: ReplayedLetter): boolean {
  const texts = [keyBytes ?? Buffer.alloc(0), ...headerPairs.map(([, value]) => Buffer.from(value, 'base64'))];
  const isOnce = new Set(headerPairs.map(([name]) => name)).size === headerPairs.length;
  return isOnce && texts.every((bytes) => isUtf8(bytes) && !bytes.includes(0));
}

function planOf({ stage, topic, value, truncatedFromBytes }: ReplayedLetter, event: Emission | undefined): ReplayPlan {
  if (truncatedFromBytes !== null) return notWhole(truncatedFromBytes);
  if (value === null) return refuse('the record has no value; sending it again changes nothing');
  if (!isEventTopic(topic)) return refuse(`the record came from ${topic}, which no stage reads`);
  if (event === undefined || documentRefProblem(event.payload) !== undefined) return { kind: 'resend' };
  switch (event.type) {
    case 'DocumentSubmitted':
      return { kind: 'submit', submitted: event.payload };
    case 'DocumentStaged':
      return stage === 'parser' ? { kind: 'parse', staged: event.payload } : { kind: 'resend' };
    case 'DocumentParsed':
    case 'DocumentExtracted':
    case 'DocumentEmbedded':
      return carriers.has(stage) ? { kind: 'restart', ingestionId: event.payload.ingestionId } : { kind: 'resend' };
    case 'StoreWritten':
    case 'CompensationRequested':
    case 'DocumentRetracted':
    case 'StorePromoted':
    case 'StoreCompensated':
    case 'StoreRetracted':
    case 'IngestionConcluded':
      return { kind: 'resend' };
  }
}

/**
 * Whether a record may go to its topic again although its ingestion ended so: only outcomes, which no store acts on.
 * Anything else could find a store whose tombstone was collected, and show again what was undone or deleted. Pure.
 */
export function resendProblem(topic: string, end: string | undefined): string | undefined {
  if (end === undefined || topic === topics.outcomes.name) return undefined;
  return `the ingestion is concluded (${end}), so nothing may be added to it; submit the document again`;
}

function notWhole(bytes: number): ReplayPlan {
  const message = `the record was too large to be kept whole (${bytes} bytes): what is left says something else`;
  return { kind: 'refuse', reason: 'not-whole', message };
}

function refuse(message: string): ReplayPlan {
  return { kind: 'refuse', reason: 'not-replayable', message };
}

/** What the location of an upload begins with; its staging reference follows. */
export const stagingScheme = 'staging:';

/** The staged bytes a plan needs, if it can be known beforehand. */
export function stagingRefOf(plan: ReplayPlan): string | undefined {
  if (plan.kind === 'parse') return plan.staged.stagingRef;
  if (plan.kind !== 'submit' || plan.submitted.source !== 'local_upload') return undefined;
  const { location } = plan.submitted;
  return location.startsWith(stagingScheme) ? location.slice(stagingScheme.length) : undefined;
}
