import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';

import { TransientFailure } from '#failure';

import { isConnectionLost } from './qdrant-failure.js';
import type { MarkerPayload } from './markers.js';

export interface Collections {
  readonly documents: string;
  readonly chunks: string;
  readonly state: string;
}

/** The collections whose names begin with the prefix. */
export function collectionsOf(prefix: string): Collections {
  return { documents: `${prefix}_documents`, chunks: `${prefix}_chunks`, state: `${prefix}_state` };
}

export type Payload = Readonly<Record<string, unknown>>;

export interface PageRequest {
  readonly limit: number;
  readonly offset?: string | undefined;
  readonly filter?: Filter;
  /** Of the payload; all if left out. */
  readonly fields?: readonly string[];
}

export type Operation = Schemas['UpdateOperation'];
export type Filter = Schemas['Filter'];

const scrollPage = 500;
/** Nothing is answered before it is applied, and writes to one point are applied in one order on every replica. */
const applied = { wait: true, ordering: 'strong' } as const;

/** The requests of one verb, all of them idempotent. They end when the signal says so, as far as the caller sees. */
export class Session {
  constructor(
    private readonly client: QdrantClient,
    readonly collections: Collections,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Work that has to be finished even if nobody waits for it any more: it runs on by a session that no signal ends,
   * its requests by the client's own timeouts. @throws TransientFailure `aborted` at once when the signal aborts.
   */
  toTheEnd<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const { client, collections } = this;
    return this.unlessAborted(() => work(new Session(client, collections, new AbortController().signal)));
  }

  /** Applies operations in their order; nothing to apply costs nothing. */
  async apply(collection: string, operations: readonly Operation[]): Promise<void> {
    if (operations.length === 0) return;
    await this.send(() => this.client.batchUpdate(collection, { ...applied, operations: [...operations] }));
  }

  /** Applies the same operations to documents and chunks. */
  async applyToData(operations: readonly Operation[]): Promise<void> {
    const { documents, chunks } = this.collections;
    await Promise.all([this.apply(documents, operations), this.apply(chunks, operations)]);
  }

  async markers(ids: readonly string[]): Promise<MarkerPayload[]> {
    if (ids.length === 0) return [];
    const found = await this.send(() =>
      this.client.retrieve(this.collections.state, { ids: [...ids], with_payload: true, with_vector: false }),
    );
    return found.map(({ payload }) => payload as unknown as MarkerPayload);
  }

  /** Every marker that matches, page by page. */
  async findMarkers(filter: Filter): Promise<MarkerPayload[]> {
    const found: MarkerPayload[] = [];
    for await (const payload of this.payloads(this.collections.state, filter)) {
      found.push(payload as unknown as MarkerPayload);
    }
    return found;
  }

  /** The payload of every point that matches, with its `id`, read page by page. */
  async *payloads(collection: string, filter: Filter): AsyncGenerator<Payload> {
    let offset: string | undefined;
    do {
      const { payloads, next } = await this.page(collection, { limit: scrollPage, offset, filter });
      yield* payloads;
      offset = next;
    } while (offset !== undefined);
  }

  /** One page of payloads, each with the `id` of its point, in the order of ids. */
  async page(
    collection: string,
    { limit, offset, filter, fields }: PageRequest,
  ): Promise<{ readonly payloads: readonly Payload[]; readonly next: string | undefined }> {
    const { points, next_page_offset: next } = await this.send(() =>
      this.client.scroll(collection, {
        limit,
        with_payload: fields === undefined ? true : [...fields],
        with_vector: false,
        ...(filter === undefined ? {} : { filter }),
        ...(offset === undefined ? {} : { offset }),
      }),
    );
    const payloads = points.map(({ id, payload }) => ({ ...payload, id: String(id) }));
    return { payloads, next: next === undefined || next === null ? undefined : String(next) };
  }

  /** How many chunks there are of each ingestion. */
  async countChunks(ingestionIds: readonly string[]): Promise<Map<string, number>> {
    if (ingestionIds.length === 0) return new Map();
    const filter = { must: [{ key: 'ingestion_id', match: { any: [...ingestionIds] } }] };
    const { hits } = await this.send(() =>
      this.client.facet(this.collections.chunks, {
        key: 'ingestion_id',
        filter,
        exact: true,
        limit: ingestionIds.length,
      }),
    );
    return new Map(hits.map(({ value, count }) => [String(value), count]));
  }

  /** The client takes no signal, so a request that nobody waits for any more goes on until its own timeout. */
  private send<T>(request: () => Promise<T>): Promise<T> {
    return this.unlessAborted(() => twiceIfLost(request));
  }

  private async unlessAborted<T>(work: () => Promise<T>): Promise<T> {
    if (this.signal.aborted) throw aborted();
    let stop: (() => void) | undefined;
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(aborted());
      this.signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([stopped, work()]);
    } finally {
      if (stop !== undefined) this.signal.removeEventListener('abort', stop);
    }
  }
}

/** The server may close a connection that idled just as we send; once more on a new one is all it takes. */
async function twiceIfLost<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    return request();
  }
}

function aborted(): TransientFailure {
  return new TransientFailure('qdrant: the work was stopped', { reason: 'aborted' });
}
