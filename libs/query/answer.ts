import type { KnownEntity, KnownFact } from '#stores/reading';

import type { Hit } from './hit.js';
import type { Plan, Way } from './plan-route.js';

/** Something that was not asked, or did not answer in time. */
export interface LeftOut {
  readonly way: Way | 'entities' | 'timeline' | 'neighbourhood' | 'stats' | 'wording';
  readonly stores: readonly string[];
  readonly reason: string;
}

/** The answer to a question. */
export interface SearchAnswer {
  readonly hits: readonly Hit[];
  /** What the question was taken for. */
  readonly route: Way;
  /** What the question names, and what is known around it; empty unless the graph was asked. */
  readonly entities: readonly KnownEntity[];
  readonly facts: readonly KnownFact[];
  /** What is missing from this answer because a store is away or slow. */
  readonly leftOut: readonly LeftOut[];
  readonly nextCursor?: string;
  readonly cached: boolean;
  readonly tookMs: number;
  /** How the route was found; only if it was asked for. */
  readonly explain?: Plan;
}
