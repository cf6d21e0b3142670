import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';

import { TransientFailure } from '#failure';
import {
  PassageIndex,
  type Passage,
  type QueryVectors,
  type RankedPassage,
  type Scope,
  type SearchFilter,
} from '#stores/reading';

import { fuseByScore } from './fuse-by-score.js';
import { metadataTerm } from './mapping.js';
import { isConnectionLost, qdrantFailure } from './qdrant-failure.js';
import { requireTerms } from './schema.js';

type Query = Parameters<QdrantClient['query']>[1];
type Condition = Extract<NonNullable<Schemas['Filter']['must']>, unknown[]>[number];

/** A fused query looks so much deeper into each list than it answers, and at least so deep. */
const depthFactor = 3;
const depthMin = 30;
/** Finds nothing but what stands in the collection's one copy of the truth about what is live. */
const live: Condition = { key: 'live', match: { value: true } };

/** Passages in Qdrant, by meaning, by words, or both. */
export class QdrantPassageIndex extends PassageIndex {
  private checked: Promise<void> | undefined;

  constructor(
    private readonly client: QdrantClient,
    private readonly sparseTerms = '',
    private readonly collection = 'penstock_chunks',
  ) {
    super();
  }

  semantic({ dense }: QueryVectors, scope: Scope): Promise<RankedPassage[]> {
    return this.query({ query: [...dense], using: 'dense' }, scope);
  }

  async keyword({ sparse }: QueryVectors, scope: Scope): Promise<RankedPassage[]> {
    if (sparse.indices.length === 0) return [];
    await (this.checked ??= this.check());
    return this.query({ query: wordsOf(sparse), using: 'sparse' }, scope);
  }

  async hybrid(vectors: QueryVectors, scope: Scope): Promise<RankedPassage[]> {
    const deep = { ...scope, limit: Math.max(scope.limit * depthFactor, depthMin) };
    const [semantic, keyword] = await Promise.all([this.semantic(vectors, deep), this.keyword(vectors, deep)]);
    return fuseByScore(semantic, keyword).slice(0, scope.limit);
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

  private async query(query: Query, scope: Scope): Promise<RankedPassage[]> {
    if (scope.signal.aborted) throw new TransientFailure('qdrant: the search was stopped', { reason: 'aborted' });
    const asked = { ...query, filter: filterOf(scope), limit: scope.limit, with_payload: true };
    try {
      const { points } = await this.twiceIfLost(asked);
      return points.map(({ score, payload }) => ranked(score, payload ?? {}));
    } catch (error) {
      throw qdrantFailure(error);
    }
  }

  /** The server may close a connection that idled just as we ask. */
  private async twiceIfLost(query: Query): ReturnType<QdrantClient['query']> {
    try {
      return await this.client.query(this.collection, query);
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      return this.client.query(this.collection, query);
    }
  }
}

function wordsOf({ indices, values }: QueryVectors['sparse']): { indices: number[]; values: number[] } {
  return { indices: [...indices], values: [...values] };
}

/** Nothing that is not live and not of this namespace can match, whatever else is asked for. */
export function filterOf({ namespace, filter }: Pick<Scope, 'namespace' | 'filter'>): Schemas['Filter'] {
  return { must: [live, { key: 'namespace', match: { value: namespace } }, ...conditionsOf(filter)] };
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

/** Points are written by `mapping.ts`, so their payload has its form. */
function ranked(score: number, payload: Record<string, unknown>): RankedPassage {
  const text = (key: string): string => String(payload[key] ?? '');
  const maybe = (key: string): string | null => (payload[key] ?? null) as string | null;
  const passage: Passage = {
    namespace: text('namespace'),
    documentId: text('document_id'),
    ingestionId: text('ingestion_id'),
    version: Number(payload['version']),
    seq: Number(payload['seq']),
    title: maybe('title'),
    mediaType: text('media_type'),
    source: text('source'),
    location: maybe('location'),
    text: text('text'),
    headingPath: (payload['heading_path'] ?? []) as string[],
    origin: (payload['origin'] ?? null) as Passage['origin'],
  };
  return { ingestionId: passage.ingestionId, seq: passage.seq, score, passage };
}
