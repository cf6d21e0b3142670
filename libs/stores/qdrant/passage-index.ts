import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';

import { chunkId } from '#events';
import { TransientFailure } from '#failure';
import {
  PassageIndex,
  passageKey,
  type Passage,
  type PassageRef,
  type PassageScope,
  type PassageWay,
  type QueryVectors,
  type RankedPassage,
  type Scope,
  type SearchFilter,
} from '#stores/reading';

import { fuseByScore } from './fuse-by-score.js';
import { metadataTerm } from './mapping.js';
import type { PointLists } from './point-lists.js';
import { isConnectionLost, qdrantFailure } from './qdrant-failure.js';
import { requireTerms } from './schema.js';

type Query = Schemas['QueryRequest'];
type Condition = Extract<NonNullable<Schemas['Filter']['must']>, unknown[]>[number];

/** A fused query looks so much deeper into each list than it answers, and at least so deep, unless told how deep. */
const depthFactor = 3;
const depthMin = 30;
/** Finds nothing but what stands in the collection's one copy of the truth about what is live. */
const live: Condition = { key: 'live', match: { value: true } };

/** Passages in Qdrant, by meaning, by words, or both. */
export class QdrantPassageIndex extends PassageIndex {
  private checked: Promise<void> | undefined;

  constructor(
    private readonly client: QdrantClient,
    private readonly pointLists: PointLists,
    private readonly sparseTerms = '',
    private readonly collection = 'penstock_chunks',
  ) {
    super();
  }

  async lists(
    ways: readonly PassageWay[],
    { dense, sparse }: QueryVectors,
    scope: PassageScope,
  ): Promise<ReadonlyMap<PassageWay, readonly RankedPassage[]>> {
    const fused = ways.includes('hybrid');
    const { depth = Math.max(scope.limit * depthFactor, depthMin) } = scope;
    const deep = fused ? { ...scope, limit: Math.max(scope.limit, depth) } : scope;
    const byMeaning = fused || ways.includes('semantic') ? [nearest(dense)] : [];
    const byWords = (fused || ways.includes('keyword')) && sparse.indices.length > 0 ? [holding(sparse)] : [];
    if (byWords.length > 0) await (this.checked ??= this.check());
    const found = await this.ranked([...byMeaning, ...byWords], deep);
    const semantic = found.slice(0, byMeaning.length).flat();
    const keyword = found.slice(byMeaning.length).flat();
    const listOf = (way: PassageWay): readonly RankedPassage[] =>
      way === 'semantic' ? semantic : way === 'keyword' ? keyword : fuseByScore(semantic, keyword);
    return new Map(ways.map((way) => [way, listOf(way).slice(0, scope.limit)]));
  }

  async passages(
    refs: readonly PassageRef[],
    { namespace, signal }: Pick<Scope, 'namespace' | 'signal'>,
  ): Promise<ReadonlyMap<string, Passage>> {
    const hasId = { has_id: refs.map(({ ingestionId, seq }) => chunkId(ingestionId, seq)) };
    const filter = { must: [hasId, ...liveIn(namespace)] };
    const { points } = await this.answered(signal, () =>
      this.client.scroll(this.collection, { filter, limit: refs.length, with_payload: true }),
    );
    const found = points.map(({ payload }) => passageOf(payload ?? {}));
    return new Map(found.map((passage) => [passageKey(passage), passage]));
  }

  /** Once: a collection is not made anew under a running process. */
  private async check(): Promise<void> {
    try {
      const { config } = await this.client.getCollection(this.collection);
      requireTerms(this.collection, config.metadata as Record<string, unknown> | null | undefined, this.sparseTerms);
    } catch (error) {
      this.checked = undefined;
      throw qdrantFailure(error);
    }
  }

  /** A list for each query, by one request. Lists are long and a page is short, so they hold no texts. */
  private async ranked(queries: readonly Query[], scope: Scope): Promise<RankedPassage[][]> {
    const rest = { filter: filterOf(scope), limit: scope.limit, with_payload: [...refFields] };
    if (queries.length === 0) return [];
    const searches = queries.map((query) => ({ ...query, ...rest }));
    const lists = await this.answered(scope.signal, () => this.pointLists.of(this.collection, searches));
    return lists.map(({ points }) => points.map(({ score, payload }) => ({ ...refOf(payload ?? {}), score })));
  }

  /** The server may close a connection that idled just as we ask, so we ask once more. */
  private async answered<T>(signal: AbortSignal, request: () => Promise<T>): Promise<T> {
    if (signal.aborted) throw new TransientFailure('qdrant: the search was stopped', { reason: 'aborted' });
    try {
      return await request().catch((error: unknown) => {
        if (!isConnectionLost(error)) throw error;
        return request();
      });
    } catch (error) {
      throw qdrantFailure(error);
    }
  }
}

function nearest(dense: QueryVectors['dense']): Query {
  return { query: [...dense], using: 'dense' };
}

function holding({ indices, values }: QueryVectors['sparse']): Query {
  return { query: { indices: [...indices], values: [...values] }, using: 'sparse' };
}

/** Nothing that is not live and not of this namespace can match, whatever else is asked for. */
export function filterOf({ namespace, filter }: Pick<Scope, 'namespace' | 'filter'>): Schemas['Filter'] {
  return { must: [...liveIn(namespace), ...conditionsOf(filter)] };
}

function liveIn(namespace: string): Condition[] {
  return [live, { key: 'namespace', match: { value: namespace } }];
}

function conditionsOf({ documentId, mediaType, source, since, until, metadata = {} }: SearchFilter): Condition[] {
  const anyOf = (key: string, values: readonly string[] | undefined): Condition[] =>
    values === undefined ? [] : [{ key, match: { any: [...values] } }];
  const range = { ...(since === undefined ? {} : { gte: since }), ...(until === undefined ? {} : { lt: until }) };
  return [
    ...anyOf('document_id', documentId),
    ...anyOf('media_type', mediaType),
    ...anyOf('source', source),
    ...(Object.keys(range).length === 0 ? [] : [{ key: 'submitted_at', range }]),
    ...Object.entries(metadata).map(([key, value]): Condition => ({
      key: 'metadata_terms',
      match: { value: metadataTerm(key, value) },
    })),
  ];
}

const refFields = ['ingestion_id', 'seq'] as const;

/** Points are written by `mapping.ts`, so their payload has its form. */
function refOf(payload: Record<string, unknown>): PassageRef {
  return { ingestionId: String(payload['ingestion_id']), seq: Number(payload['seq']) };
}

function passageOf(payload: Record<string, unknown>): Passage {
  const text = (key: string): string => String(payload[key] ?? '');
  const maybe = (key: string): string | null => (payload[key] ?? null) as string | null;
  return {
    ...refOf(payload),
    namespace: text('namespace'),
    documentId: text('document_id'),
    version: Number(payload['version']),
    title: maybe('title'),
    mediaType: text('media_type'),
    source: text('source'),
    location: maybe('location'),
    text: text('text'),
    startOffset: Number(payload['start_offset']),
    endOffset: Number(payload['end_offset']),
    headingPath: (payload['heading_path'] ?? []) as string[],
    origin: (payload['origin'] ?? null) as Passage['origin'],
  };
}
