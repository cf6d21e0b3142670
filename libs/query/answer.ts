import type { KnownEntity, KnownFact } from '#stores/reading';

import type { Hit } from './hit.js';
import type { Plan, Way } from './plan-route.js';

/** Something that was not asked, or did not answer in time. */
export interface LeftOut {
  readonly way: Way | 'entities' | 'times' | 'timeline' | 'neighbourhood' | 'stats' | 'wording';
  readonly stores: readonly string[];
  readonly reason: string;
}

/** The model whose vectors a question and passages were compared by. */
export interface ComparedBy {
  readonly model: string;
  readonly dimensions: number;
}

/** What an answer says, however often it is given. */
export interface AnswerContent {
  readonly hits: readonly Hit[];
  /** What the question was taken for. */
  readonly route: Way;
  /** The model of the vectors that passages were compared by; null if none were. */
  readonly embedding: ComparedBy | null;
  /** What the question names, and what is known around it; empty unless the graph was asked. */
  readonly entities: readonly KnownEntity[];
  readonly facts: readonly KnownFact[];
  /** What is missing from this answer because a store is away or slow. */
  readonly leftOut: readonly LeftOut[];
  readonly nextCursor?: string;
}

/** What is said of an answer each time it is given. */
export interface AnswerDelivery {
  readonly cached: boolean;
  readonly tookMs: number;
  /** How the route was found; only if it was asked for. */
  readonly explain?: Plan;
}

/** The answer to a question. */
export type SearchAnswer = AnswerContent & AnswerDelivery;

/** An answer to give: its content and its JSON, of which only what is asked for is made. */
export interface GivenAnswer {
  readonly route: Way;
  readonly hits: number;
  readonly leftOut: number;
  content(): AnswerContent;
  json(): string;
}

/** An answer that was just put together. */
export function madeAnswer(content: AnswerContent): GivenAnswer {
  const { route, hits, leftOut } = content;
  let json: string | undefined;
  return {
    ...{ route, hits: hits.length, leftOut: leftOut.length },
    content: () => content,
    json: () => (json ??= JSON.stringify(content)),
  };
}

/** An answer whose JSON was kept; it may be sent on without being read. */
export function keptAnswer({ route, hits }: Pick<GivenAnswer, 'route' | 'hits'>, json: string): GivenAnswer {
  return { route, hits, leftOut: 0, content: () => JSON.parse(json) as AnswerContent, json: () => json };
}

/** The JSON of a whole answer, out of that of its content: neither is read, nor written again. */
export function deliveredJson(content: string, delivery: AnswerDelivery): string {
  return `${content.slice(0, -1)},${JSON.stringify(delivery).slice(1)}`;
}
