import { documentRefProblem } from '#events';
import { PermanentFailure } from '#failure';
import type { SearchFilter } from '#stores/reading';

import { hasFilter } from './has-filter.js';
import { noSuchDateIn } from './query-signals.js';

/** How to look for an answer; `auto` lets the router choose by the query alone. */
export const searchModes = ['auto', 'semantic', 'keyword', 'hybrid', 'graph', 'metadata'] as const;
export type SearchMode = (typeof searchModes)[number];

/** A question that was checked. */
export interface SearchRequest {
  readonly query: string;
  readonly namespace: string;
  readonly mode: SearchMode;
  readonly filter: SearchFilter;
  readonly limit: number;
  /** How many hits of the same question were shown before. */
  readonly offset: number;
  /** Milliseconds since the epoch: only facts that held then. */
  readonly asOf?: number;
}

export const queryBytesMax = 4096;
export const limitMax = 100;
/** Deeper pages would ask every store for all that stands before them. */
export const offsetMax = 1000;

/**
 * The question as stores can take it: NUL and halves of surrogate pairs are no words.
 * @throws PermanentFailure that says which part of it makes no sense.
 */
export function checkRequest(request: SearchRequest): SearchRequest {
  const { query, namespace, mode, filter, limit, offset } = request;
  const problem =
    documentRefProblem({ namespace, documentId: 'any' }) ??
    queryProblem(query, mode, filter) ??
    dateProblem(request) ??
    filterProblem(filter) ??
    (Number.isInteger(limit) && limit >= 1 && limit <= limitMax
      ? undefined
      : `limit must be a whole number from 1 to ${limitMax}`) ??
    (offset <= offsetMax ? undefined : `a question has at most ${offsetMax + limitMax} hits; narrow it by a filter`);
  if (problem !== undefined) throw new PermanentFailure(problem, { reason: 'bad-request' });
  return { ...request, query: query.toWellFormed().replaceAll('\u0000', ' ') };
}

function filterProblem({
  documentId = [],
  mediaType = [],
  source = [],
  metadata = {},
  since = -Infinity,
  until = Infinity,
}: SearchFilter): string | undefined {
  if (since >= until) return 'filter.since must be before filter.until';
  const values = [...documentId, ...mediaType, ...source, ...Object.entries(metadata).flat()];
  const storable = values.every((value) => value.isWellFormed() && !value.includes('\u0000'));
  return storable ? undefined : 'filter must not hold NUL or half a surrogate pair';
}

/** Answered for now, a question of a day that never was would look like an answer for that day. */
function dateProblem({ query, mode, asOf }: SearchRequest): string | undefined {
  if (asOf !== undefined || (mode !== 'auto' && mode !== 'graph')) return undefined;
  const date = noSuchDateIn(query);
  return date && `there is no ${date} to ask as of; name a date that exists, or put the words in quotes`;
}

function queryProblem(query: string, mode: SearchMode, filter: SearchFilter): string | undefined {
  if (Buffer.byteLength(query) > queryBytesMax) return `query is over ${queryBytesMax} bytes`;
  if (query.trim() !== '') return undefined;
  if (mode !== 'metadata') return 'query must not be empty';
  return hasFilter(filter) ? undefined : 'a search by metadata needs a query or a filter';
}
