import { hasFilter } from './has-filter.js';
import type { SearchMode, SearchRequest } from './request.js';
import { signalsOf, type QuerySignals } from './query-signals.js';

/** A way of looking; each asks one store. */
export const ways = ['semantic', 'keyword', 'hybrid', 'graph', 'metadata'] as const;
export type Way = (typeof ways)[number];

/** Which store answers which way. `graph` finds names in PostgreSQL and facts in Neo4j. */
export const storesOf: Readonly<Record<Way, readonly string[]>> = {
  semantic: ['qdrant'],
  keyword: ['qdrant'],
  hybrid: ['qdrant'],
  graph: ['postgres', 'neo4j'],
  metadata: ['postgres'],
};

/** What will be asked, in the order of importance, and why. */
export interface Plan {
  /** What the question was taken for. */
  readonly route: Way;
  /** Weights are those that hold if the main way knows what is asked for; see `askWays`. */
  readonly ways: readonly { readonly way: Way; readonly weight: number }[];
  readonly why: string;
  readonly signals: QuerySignals;
}

const mainWeight = 1;
/** A second opinion moves what both name to the top, and comes behind where only it has something to say. */
const sideWeight = 0.5;

/** What of a question beside its words tells which way it goes. */
type Beside = Partial<Pick<SearchRequest, 'filter' | 'asOf'>>;

/**
 * Decides by the question alone which stores to ask: the same question always goes the same way. A mode that was asked
 * for is taken as it is; `auto` reads the signals, the most telling one first.
 */
export function planRoute(query: string, mode: SearchMode, beside: Beside = {}): Plan {
  const signals = signalsOf(query);
  if (mode !== 'auto') {
    return { route: mode, ways: [{ way: mode, weight: mainWeight }], why: 'the mode was asked for', signals };
  }
  const [route, why] = choose(signals, beside);
  return { route, ways: waysOf(route), why, signals };
}

function choose(signals: QuerySignals, { filter = {}, asOf }: Beside): [Way, string] {
  // Only the graph knows what held when, and nobody gives a time by accident.
  if (asOf !== undefined) return ['graph', 'a time was given'];
  const { phrases, codes, names, relations, asksForThing, asksForPassage, asksForDocuments, words } = signals;
  if (phrases.length > 0) return ['keyword', 'a quoted phrase is looked for word by word'];
  if (codes.length > 0 && !(asksForThing && namesMore(signals))) {
    return ['keyword', 'a code or address is looked for letter by letter'];
  }
  if (asksForDocuments && relations.length === 0) return ['metadata', 'it asks for documents, not for what they say'];
  if (signals.asOf !== undefined) return ['graph', 'it asks what held at a time'];
  if (names.length >= 2 && relations.length > 0) return ['graph', 'it asks how named things relate'];
  if (names.length > 0 && asksForThing) return ['graph', 'it asks for a thing that has to do with a named one'];
  if (names.length > 0 && relations.length > 0 && !explains(signals))
    return ['graph', 'it names a thing and a relation'];
  if (asksForThing && relations.length > 0) return ['graph', 'it asks for a thing by its relation'];
  if (asksForPassage || words > 6) return ['semantic', 'a whole question is compared by meaning'];
  if (words === 0 && hasFilter(filter)) return ['metadata', 'there is nothing but a filter'];
  return ['hybrid', 'a few words are compared by meaning and letter'];
}

/** Besides its codes; `where is SKU-55821` names nothing else. */
function namesMore({ codes, names }: QuerySignals): boolean {
  return names.some((name) => !codes.some((code) => code.includes(name)));
}

/** `How does ACME work with its suppliers` wants passages, though it names a thing and a relation. */
function explains({ asksForPassage, names }: QuerySignals): boolean {
  return asksForPassage && names.length < 2;
}

/** Passages are asked for as well wherever the main way may know nothing. */
function waysOf(route: Way): Plan['ways'] {
  const main = { way: route, weight: mainWeight };
  switch (route) {
    case 'graph':
    case 'metadata':
    case 'semantic':
    case 'keyword':
      return [main, { way: 'hybrid', weight: sideWeight }];
    case 'hybrid':
      return [main];
  }
}
