import { documentRefProblem } from '#events';
import { PermanentFailure } from '#failure';
import {
  passageKey,
  type DocumentIndex,
  type FactIndex,
  type FactTime,
  type GraphStats,
  type KnownEntity,
  type KnownFact,
  type Scope,
} from '#stores/reading';

import { makeCursor, readCursor } from './cursor.js';
import type { Hit } from './hit.js';
import { snippetOf } from './snippet.js';

export const depthMax = 3;
export const factsMax = 500;
/** For each page the store sorts what stands before it as well, so there is an end to it. */
export const timelineFactsMax = 10_000;
const frontierMax = 50;

/** A part of the graph around an entity. */
export interface Neighbourhood {
  /** Entities by how many facts away they are; the one that was asked for has distance 0. */
  readonly entities: readonly (Pick<KnownEntity, 'uuid' | 'name'> & { readonly distance: number })[];
  readonly facts: readonly KnownFact[];
  /** Whether there is more than the limit let through. */
  readonly cut: boolean;
}

/** How far to look around, and until when. */
interface Bounds {
  readonly depth: number;
  readonly limit: number;
  readonly time: FactTime;
  readonly signal?: AbortSignal;
}

export interface Timeline {
  readonly items: readonly KnownFact[];
  /** Whether there is more than pages lead to. */
  readonly cut: boolean;
  readonly nextCursor?: string;
}

/** Looks around in the graph of one namespace, with a bound on everything. */
export class GraphReader {
  constructor(
    private readonly facts: FactIndex,
    private readonly documents: DocumentIndex,
  ) {}

  /** Entities called so, then those whose name goes on after that; of each what more documents speak of first. */
  entities(namespace: string, name: string): Promise<KnownEntity[]> {
    checkNamespace(namespace);
    const wanted = name.toWellFormed().replaceAll('\u0000', ' ').trim().toLowerCase();
    if (wanted === '') throw new PermanentFailure('name must not be empty', { reason: 'bad-request' });
    return this.documents.entitiesNamed(namespace, [wanted]);
  }

  /** All that was ever said of an entity and still stands in a live document, oldest first, a page at a time. */
  async timeline(
    namespace: string,
    uuid: string,
    limit: number,
    cursor?: string,
    signal = new AbortController().signal,
  ): Promise<Timeline> {
    checkNamespace(namespace);
    const list = { list: 'timeline', namespace, uuid, limit, offset: 0 };
    const from = cursor === undefined ? 0 : Math.min(readCursor(cursor, list), timelineFactsMax);
    const to = Math.min(from + limit, timelineFactsMax);
    const found = await this.facts.around([uuid], 'ever', { namespace, offset: from, limit: to - from + 1, signal });
    const items = found.slice(0, to - from);
    if (found.length === items.length) return { items, cut: false };
    return to < timelineFactsMax ? { items, cut: false, nextCursor: makeCursor(list, to) } : { items, cut: true };
  }

  /** What lies up to `depth` facts away, nearest first. */
  async explore(
    namespace: string,
    start: KnownEntity['uuid'],
    { depth, limit, time, signal = new AbortController().signal }: Bounds,
  ): Promise<Neighbourhood> {
    checkNamespace(namespace);
    const reached = new Map<string, { uuid: string; name: string; distance: number }>();
    const facts = new Map<string, KnownFact>();
    let frontier = [start];
    let cut = false;
    // What is full is looked at until it is known whether there is more.
    const isOver = (): boolean => frontier.length === 0 || (cut && facts.size === limit);
    for (let distance = 1; distance <= depth && !isOver(); distance += 1) {
      signal.throwIfAborted();
      const asked = frontier.slice(0, frontierMax);
      // Known facts come again, and first if many documents state them: there has to be room for all of them.
      const found = await this.facts.around(asked, time, { namespace, limit: limit + 1, signal });
      cut ||= frontier.length > frontierMax;
      frontier = [];
      for (const fact of found) {
        if (facts.has(fact.uuid)) continue;
        if (facts.size === limit) {
          cut = true;
          break;
        }
        facts.set(fact.uuid, fact);
        for (const [uuid, name] of endsOf(fact)) {
          if (reached.has(uuid)) continue;
          reached.set(uuid, { uuid, name, distance: uuid === start ? 0 : distance });
          if (uuid !== start) frontier.push(uuid);
        }
      }
    }
    const entities = [...reached.values()].sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
    return { entities, facts: [...facts.values()], cut };
  }

  /** Live passages that state these facts, the ones that state most of the first ones first. */
  async stating(factUuids: readonly string[], words: readonly string[], scope: Scope): Promise<Hit[]> {
    checkNamespace(scope.namespace);
    const ranked = await this.documents.stating(factUuids, scope);
    const cited = await this.documents.cited(ranked);
    return ranked.flatMap(({ score, ...ref }, index) => {
      const passage = cited.get(passageKey(ref));
      const scores = { graph: { rank: index + 1, score } };
      return passage === undefined ? [] : [{ ...passage, score, scores, snippet: snippetOf(passage.text, words) }];
    });
  }

  /** By uuid, those of the facts that a document which the filter lets through states. */
  async stated(factUuids: readonly string[], scope: Pick<Scope, 'namespace' | 'filter'>): Promise<ReadonlySet<string>> {
    checkNamespace(scope.namespace);
    return this.documents.stated(factUuids, scope);
  }

  stats(namespace: string): Promise<GraphStats> {
    checkNamespace(namespace);
    return this.facts.stats(namespace);
  }
}

function endsOf({ source, sourceUuid, target, targetUuid }: KnownFact): [string, string][] {
  return [
    [sourceUuid, source],
    [targetUuid, target],
  ];
}

function checkNamespace(namespace: string): void {
  const problem = documentRefProblem({ namespace, documentId: 'any' });
  if (problem !== undefined) throw new PermanentFailure(problem, { reason: 'bad-request' });
}
