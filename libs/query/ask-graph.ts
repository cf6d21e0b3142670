import {
  passageKey,
  type DocumentIndex,
  type FactIndex,
  type FactTime,
  type KnownEntity,
  type KnownFact,
  type RankedPassage,
  type Scope,
} from '#stores/reading';

import { hasFilter } from './has-filter.js';
import { wordsShared } from './words-shared.js';

/** What the graph says to a question. */
export interface GraphAnswer {
  readonly passages: readonly RankedPassage[];
  /** Whether the passages state facts that fit the question; if not, they only state others, or mention a name. */
  readonly fitting: boolean;
  /** What the question names. */
  readonly entities: readonly KnownEntity[];
  /** The facts around it, the fitting ones first. */
  readonly facts: readonly KnownFact[];
}

export interface GraphQuestion {
  readonly query: string;
  /** Words of the query that carry meaning, in lower case. */
  readonly words: readonly string[];
  readonly asOf?: number;
}

interface GraphIndexes {
  readonly documents: DocumentIndex;
  readonly facts: FactIndex;
}

const nameWordsMax = 5;
const candidatesMax = 200;
/** However deep a page lies. */
const factsMax = 200;
/** So many are looked through where a filter may leave few of them. */
const filteredFactsMax = 1000;
/** A passage that states a fact says more than one that only mentions a name. */
const mentionShare = 0.25;
/** Words that ask and tell nothing of what is asked for. */
const asking = new Set('who whom whose what which when where why how do does did has have had'.split(' '));

/**
 * Finds what the question names, what is known around it, and where that is said. Where no fact fits the question,
 * passages that mention what it names stand in; not so if it asks for a time: what only mentions a name says nothing of
 * what held then, and may well speak of another time. Then nothing but what states facts that held is found. With a
 * filter only facts are known that a document which matches it states.
 */
export async function askGraph(
  indexes: GraphIndexes,
  { query, words, asOf }: GraphQuestion,
  scope: Scope,
): Promise<GraphAnswer> {
  const { documents } = indexes;
  const named = await documents.entitiesNamed(scope.namespace, nameCandidates(query));
  const entities = longestOnly(named, query);
  const uuids = uuidsOf(entities);
  if (uuids.length === 0) return { passages: [], fitting: false, entities: [], facts: [] };
  const time = asOf === undefined ? {} : { asOf };
  const telling = tellingWords(words, entities);
  const { facts, fitting } = rankFacts(await factsAround(indexes, uuids, { time, telling }, scope), telling, entities);
  const { limit } = scope;
  const top = uuidsOf(facts.slice(0, limit));
  // What states a fact that was asked for comes before what states many others, or only mentions the name.
  const asked = await (fitting === 0 ? [] : documents.stating(top.slice(0, fitting), scope));
  if (asked.length > 0) return { passages: asked, fitting: true, entities, facts: facts.slice(0, limit) };
  const [stated, mentioned] = await Promise.all([
    top.length === 0 ? [] : documents.stating(top, scope),
    asOf === undefined ? documents.mentioning(uuids, scope) : [],
  ]);
  return { passages: merged(stated, mentioned), fitting: false, entities, facts: facts.slice(0, limit) };
}

async function factsAround(
  { documents, facts }: GraphIndexes,
  entityUuids: readonly string[],
  { time, telling }: { readonly time: FactTime; readonly telling: readonly string[] },
  { namespace, filter, signal, limit }: Scope,
): Promise<readonly KnownFact[]> {
  const isFiltered = hasFilter(filter);
  // Of a thing that all documents speak of there are more facts than anyone looks through: the store ranks them.
  const bounds = { limit: isFiltered ? filteredFactsMax : Math.min(limit, factsMax), words: telling };
  const found = await facts.around(entityUuids, time, { namespace, signal, ...bounds });
  if (!isFiltered || found.length === 0) return found;
  const stated = await documents.stated(uuidsOf(found), { namespace, filter });
  return found.filter(({ uuid }) => stated.has(uuid));
}

function uuidsOf(all: readonly { readonly uuid: string }[]): string[] {
  return all.map(({ uuid }) => uuid);
}

/** Every run of up to five words, in lower case: what the question may name. */
export function nameCandidates(query: string): string[] {
  const words = query
    .normalize('NFKC')
    .split(/\s+/u)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|(?:['’]s)?[^\p{L}\p{N}]*$/gu, ''))
    .filter((word) => word !== '');
  const candidates = new Set<string>();
  for (let length = Math.min(nameWordsMax, words.length); length > 0; length -= 1) {
    for (let at = 0; at + length <= words.length && candidates.size < candidatesMax; at += 1) {
      const run = words
        .slice(at, at + length)
        .join(' ')
        .toLowerCase();
      if (length > 1 || run.length > 2) candidates.add(run);
    }
  }
  return [...candidates];
}

/** `New York Times` is not also `New York`: of names within one another in the question, the longest counts. */
function longestOnly(entities: readonly KnownEntity[], query: string): KnownEntity[] {
  const text = query.toLowerCase();
  const whole = entities.filter(({ name }) => text.includes(name.toLowerCase()));
  const hidden = ({ name }: KnownEntity): boolean =>
    whole.some((other) => other.name.length > name.length && other.name.toLowerCase().includes(name.toLowerCase()));
  return entities.filter((entity) => !whole.includes(entity) || !hidden(entity));
}

/** The words that say what is asked for, besides the names. */
function tellingWords(words: readonly string[], named: readonly KnownEntity[]): string[] {
  const inName = new Set(named.flatMap(({ name }) => name.toLowerCase().split(/\s+/u)));
  return words.filter((word) => !inName.has(word) && !asking.has(word));
}

/** Facts that share words with the question come first, then those that tie together what it names. */
function rankFacts(
  facts: readonly KnownFact[],
  telling: readonly string[],
  named: readonly KnownEntity[],
): { readonly facts: KnownFact[]; readonly fitting: number } {
  const names = new Set(named.map(({ name }) => name));
  const scored = facts.map((fact) => {
    const shared = wordsShared(fact, telling);
    return { fact, shared, score: shared * 2 + Number(names.has(fact.source) && names.has(fact.target)) };
  });
  scored.sort((a, b) => b.score - a.score || (a.fact.uuid < b.fact.uuid ? -1 : 1));
  return { facts: scored.map(({ fact }) => fact), fitting: scored.filter(({ shared }) => shared > 0).length };
}

function merged(stated: readonly RankedPassage[], mentioned: readonly RankedPassage[]): RankedPassage[] {
  const passages = new Map<string, RankedPassage>();
  const add = (list: readonly RankedPassage[], share: number): void => {
    for (const passage of list) {
      const key = passageKey(passage);
      const score = (passages.get(key)?.score ?? 0) + passage.score * share;
      passages.set(key, { ...passage, score });
    }
  };
  add(stated, 1);
  add(mentioned, mentionShare);
  return [...passages.values()].sort((a, b) => b.score - a.score || (passageKey(a) < passageKey(b) ? -1 : 1));
}
