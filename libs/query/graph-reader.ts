import { documentRefProblem } from '#events';
import { PermanentFailure } from '#failure';
import type { DocumentIndex, FactIndex, FactTime, GraphStats, KnownEntity, KnownFact } from '#stores/reading';

export const depthMax = 3;
export const factsMax = 500;
const frontierMax = 50;

/** A part of the graph around an entity. */
export interface Neighbourhood {
  /** Entities by how many facts away they are; the one that was asked for has distance 0. */
  readonly entities: readonly (Pick<KnownEntity, 'uuid' | 'name'> & { readonly distance: number })[];
  readonly facts: readonly KnownFact[];
  /** Whether there is more than the limit let through. */
  readonly cut: boolean;
}

export interface Timeline {
  readonly items: readonly KnownFact[];
  readonly nextCursor?: string;
}

/** Looks around in the graph of one namespace, with a bound on everything. */
export class GraphReader {
  constructor(
    private readonly facts: FactIndex,
    private readonly documents: DocumentIndex,
  ) {}

  /** Entities called so, or whose name goes on after that; what more documents speak of first. */
  entities(namespace: string, name: string): Promise<KnownEntity[]> {
    checkNamespace(namespace);
    const wanted = name.toWellFormed().replaceAll('\u0000', ' ').trim().toLowerCase();
    if (wanted === '') throw new PermanentFailure('name must not be empty', { reason: 'bad-request' });
    return this.documents.entitiesNamed(namespace, [wanted]);
  }

  /** All that was ever said of an entity and still stands in a live document, oldest first, a page at a time. */
  async timeline(namespace: string, uuid: string, limit: number, cursor = '0'): Promise<Timeline> {
    checkNamespace(namespace);
    if (!/^\d{1,3}$/.test(cursor)) {
      throw new PermanentFailure('cursor is not one of this list', { reason: 'bad-cursor' });
    }
    const offset = Number(cursor);
    const signal = new AbortController().signal;
    const found = await this.facts.around([uuid], 'ever', { namespace, limit: factsMax, signal });
    const items = found.slice(offset, offset + limit);
    return found.length > offset + limit ? { items, nextCursor: String(offset + limit) } : { items };
  }

  /** What lies up to `depth` facts away, nearest first. */
  async explore(
    namespace: string,
    start: KnownEntity['uuid'],
    { depth, limit, time }: { readonly depth: number; readonly limit: number; readonly time: FactTime },
  ): Promise<Neighbourhood> {
    checkNamespace(namespace);
    const signal = new AbortController().signal;
    const reached = new Map<string, { uuid: string; name: string; distance: number }>();
    const facts = new Map<string, KnownFact>();
    let frontier = [start];
    let cut = false;
    for (let distance = 1; distance <= depth && frontier.length > 0 && facts.size < limit; distance += 1) {
      const asked = frontier.slice(0, frontierMax);
      const found = await this.facts.around(asked, time, { namespace, limit: limit - facts.size + 1, signal });
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
