import { documentKey, type DocumentEmbedded, type DocumentRef } from '#events';
import { claimTexts } from '#identity';
import {
  chunkLine,
  documentLine,
  entityLine,
  factLine,
  metadataDigest,
  pieceKinds,
  PieceTally,
  placeLine,
  StoreAuditor,
  type DocumentHoldings,
  type DocumentQuestion,
  type FoundIngestion,
  type Holding,
  type Leftover,
  type Page,
  type Pieces,
  type Tombstone,
} from '#stores/auditor';
import type { IngestionRef, StoreName } from '#stores/port';

import type { MemoryIngestion } from './contents.js';
import type { MemoryStore } from './store.js';

/** The memory store as the audit sees it. It keeps no times: each of its tombstones was set now. */
export class MemoryStoreAuditor extends StoreAuditor {
  readonly keeps = pieceKinds.filter((kind) => kind !== 'parts');

  constructor(
    readonly store: StoreName,
    private readonly data: MemoryStore,
    private readonly nowMs: () => number,
  ) {
    super();
  }

  inspect(documents: readonly DocumentQuestion[]): Promise<DocumentHoldings[]> {
    const remembered = [...this.data.remembered()];
    return Promise.resolve(
      documents.map(({ ingestionIds, namespace, documentId }) => {
        const document = { namespace, documentId };
        const own = remembered.filter(({ ref }) => documentKey(ref) === documentKey(document));
        const held = own.filter(({ ref, parts }) => parts.size > 0 || ingestionIds.includes(ref.ingestionId));
        const live = own.find(({ state }) => state === 'live');
        return { document, liveIngestion: live?.ref.ingestionId, holdings: held.map(holdingOf) };
      }),
    );
  }

  scan(cursor: string | undefined, limit: number): Promise<Page<FoundIngestion>> {
    const found = [...this.data.remembered()].filter(({ parts }) => parts.size > 0).map(({ ref }) => ref);
    return Promise.resolve(
      pageOf(found, cursor, limit, ({ ingestionId, namespace, documentId }) => ({
        ingestionId,
        document: { namespace, documentId },
      })),
    );
  }

  /** Everything it holds hangs on an ingestion. */
  leftovers(): Promise<Page<Leftover>> {
    return Promise.resolve({ items: [], next: undefined });
  }

  removeLeftovers(): Promise<number> {
    return Promise.resolve(0);
  }

  remove({ ingestionId, document }: FoundIngestion): Promise<void> {
    if (document !== undefined) this.data.discard(ingestionId, document);
    return Promise.resolve();
  }

  reopen(ingestion: IngestionRef): Promise<boolean> {
    return Promise.resolve(this.data.reopen(ingestion));
  }

  tombstones(beforeMs: number, page: { cursor: string | undefined; limit: number }): Promise<Page<Tombstone>> {
    const old = beforeMs > this.nowMs() ? [...this.data.remembered()] : [];
    const refs = old.filter(({ parts, state }) => parts.size === 0 && isTombstone(state));
    return Promise.resolve(
      pageOf(
        refs.map(({ ref }) => ref),
        page.cursor,
        page.limit,
        ({ ingestionId, ...document }) => ({
          document: { namespace: document.namespace, documentId: document.documentId },
          ingestionId,
        }),
      ),
    );
  }

  forget(tombstones: readonly Tombstone[], beforeMs: number): Promise<number> {
    if (beforeMs <= this.nowMs()) return Promise.resolve(0);
    const gone = tombstones.filter(({ ingestionId }) => ingestionId !== undefined && this.data.forget(ingestionId));
    return Promise.resolve(gone.length);
  }
}

function isTombstone(state: MemoryIngestion['state']): boolean {
  return state !== 'pending' && state !== 'live';
}

/** Items in the order of their ingestionIds, after the cursor. */
function pageOf<R extends DocumentRef & { readonly ingestionId: string }, T>(
  refs: readonly R[],
  cursor: string | undefined,
  limit: number,
  item: (ref: R) => T,
): Page<T> {
  const after = refs.filter(({ ingestionId }) => cursor === undefined || ingestionId > cursor);
  const some = after.sort((a, b) => (a.ingestionId < b.ingestionId ? -1 : 1)).slice(0, limit);
  return { items: some.map(item), next: after.length > limit ? some.at(-1)?.ingestionId : undefined };
}

function holdingOf({ ref, state, parts }: MemoryIngestion): Holding {
  const pieces = piecesOf([...parts.values()]);
  const [visible, hidden] = state === 'live' ? [pieces, {}] : [{}, pieces];
  return { ingestionId: ref.ingestionId, state, visible, hidden };
}

function piecesOf(parts: readonly DocumentEmbedded[]): Pieces {
  const tally = new PieceTally();
  const [first] = parts;
  if (first !== undefined) {
    tally.add('documents', documentLine(first));
    tally.addCopy('metadata', metadataDigest(first.metadata));
  }
  const entities = new Map(parts.flatMap((part) => part.entities.map((entity) => [entity.uuid, entity] as const)));
  const facts = new Map(parts.flatMap((part) => part.facts.map((fact) => [fact.uuid, fact] as const)));
  for (const { chunks, mentions, record } of parts) {
    for (const chunk of chunks) {
      tally.add('chunks', chunkLine(chunk.seq, chunk.chunkId, chunk.text));
      tally.add('places', placeLine(chunk));
    }
    for (const _mention of mentions) tally.add('mentions');
    if (record !== null) tally.add('records');
  }
  const claims = parts.flatMap((part) => part.claims);
  for (const { uuid, type, name } of entities.values()) {
    tally.add('entities', entityLine(uuid, type, name, claimTexts(claims, uuid)));
  }
  for (const fact of facts.values()) tally.add('facts', factLine(fact));
  return tally.pieces();
}
