import type { Caller } from '#usage';

/** Types a text may speak of; a setting may add more. */
export const entityTypes = [
  'Person',
  'Organization',
  'Location',
  'Product',
  'Event',
  'Money',
  'Percent',
  'Date',
  'Concept',
] as const;
export type EntityType = (typeof entityTypes)[number];

/**
 * A passage to extract from, which is all that a model is shown: the same passage under other headings is no other
 * question, and is not paid for again.
 */
export interface ChunkText {
  readonly text: string;
}

/** How a fact names its ends; the entity of that name and type must be among the entities of the same answer. */
export interface EntityRef {
  readonly name: string;
  readonly type: string;
}

/** A thing the passage speaks of: `text.slice(start, end)` are the words it stands on, in UTF-16 units. */
export interface FoundEntity extends EntityRef {
  readonly start: number;
  readonly end: number;
  /** Words of the passage that say what it is, if the model points at any. */
  readonly summary?: string;
}

/** A statement about two entities; `text.slice(start, end)` are the words that say so. */
export interface FoundFact {
  readonly source: EntityRef;
  /** Upper snake case, e.g. `WORKS_FOR`. */
  readonly relation: string;
  readonly target: EntityRef;
  /** The statement as a sentence that can be read on its own. */
  readonly sentence: string;
  readonly start: number;
  readonly end: number;
  /** Milliseconds since the epoch from which the fact holds, if the passage says so. */
  readonly validAt?: number;
  /** Milliseconds since the epoch from which the fact no longer holds, if the passage says so. */
  readonly invalidAt?: number;
}

/** Tokens paid for; zero where nothing was. */
export interface ModelUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** What a model found in one passage; `usage` is what finding it cost this time. */
export interface Extraction {
  readonly entities: readonly FoundEntity[];
  readonly facts: readonly FoundFact[];
  readonly usage: ModelUsage;
}

export interface ModelCallOptions {
  readonly signal: AbortSignal;
  /** Who pays; by default `nobody`. */
  readonly caller?: Caller;
}

/** Nobody's document: asked for without saying by whom. */
export const nobody: Caller = { namespace: 'default', documentId: null, ingestionId: null };

/** Finds entities and facts in passages. */
export abstract class ExtractionModel {
  /** Provider and model, e.g. `local/rules-1`. */
  abstract readonly id: string;
  /** Version of the prompt or the rules; a new one makes stored answers stale. */
  abstract readonly version: string;

  /**
   * One extraction per passage, in their order.
   * @throws TransientFailure if it was aborted or the provider is unavailable, PermanentFailure if it refuses the text.
   */
  abstract extract(texts: readonly ChunkText[], options: ModelCallOptions): Promise<Extraction[]>;
}
