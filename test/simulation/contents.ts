import type { DocumentEmbedded } from '#events';
import { storeNames, type StoreName } from '#stores/port';
import type { MemoryIngestion, MemoryStore } from '#stores/memory';

import type { Artefact, Contents, Graph, Markers, Reading, ShownVersion } from '../checker/index.js';
import { artefactsOf } from './documents.js';

export type Stores = Readonly<Record<StoreName, MemoryStore>>;

/** What the four stores hold, each as its own client would see it. */
export function contentsOf(stores: Stores): Contents {
  const { neo4j, postgres, qdrant, redis } = stores;
  return {
    neo4j: artefactsIn(neo4j, 'neo4j'),
    postgres: artefactsIn(postgres, 'postgres'),
    qdrant: artefactsIn(qdrant, 'qdrant'),
    redis: artefactsIn(redis, 'redis'),
  };
}

function artefactsIn(store: MemoryStore, name: StoreName): Artefact[] {
  const found: Artefact[] = [];
  for (const ingestion of store.remembered()) found.push(...artefactsOfOne(ingestion, name));
  return found;
}

/** An entity or a fact of which several parts speak is there once. */
function artefactsOfOne({ ref, state, parts }: MemoryIngestion, store: StoreName): Artefact[] {
  if (state !== 'live' && state !== 'pending') return [];
  const live = state === 'live';
  const { ingestionId } = ref;
  const found: Artefact[] = [
    { document: `${ref.namespace}/${ref.documentId}`, ingestionId, what: 'document', live, value: '' },
  ];
  const seen = new Set<string>();
  for (const part of parts.values()) {
    for (const artefact of artefactsOf(part, store, live)) {
      if (parts.size > 1 && (artefact.what === 'entity' || artefact.what === 'fact')) {
        if (seen.has(artefact.value)) continue;
        seen.add(artefact.value);
      }
      found.push(artefact);
    }
  }
  return found;
}

/** The graph side of Neo4j: derived from what is live, as that store derives it. */
export function graphOf(store: MemoryStore): Graph {
  const entities = new Map<string, { uuid: string; name: string; mentions: number }>();
  const facts = new Map<string, { uuid: string; episodes: string[] }>();
  for (const { ref, state, parts } of store.remembered()) {
    if (state !== 'live') continue;
    for (const { uuid, name } of distinct([...parts.values()].flatMap((part) => part.entities))) {
      const known = entities.get(uuid) ?? { uuid, name, mentions: 0 };
      known.mentions += 1;
      entities.set(uuid, known);
    }
    for (const { uuid } of distinct([...parts.values()].flatMap((part) => part.facts))) {
      const known = facts.get(uuid) ?? { uuid, episodes: [] };
      known.episodes.push(ref.ingestionId);
      facts.set(uuid, known);
    }
  }
  return { entities: [...entities.values()], facts: [...facts.values()] };
}

function distinct<T extends { readonly uuid: string }>(items: readonly T[]): Iterable<T> {
  return new Map(items.map((item) => [item.uuid, item])).values();
}

/** One look at the live view of a store: every document that it has ever heard of, also if it shows nothing of it. */
export function readingsOf(
  store: MemoryStore,
  name: StoreName,
  at: number,
  isShown: (one: MemoryIngestion) => boolean = ({ state }) => state === 'live',
): Reading[] {
  const documents = new Map<string, ShownVersion[]>();
  for (const one of store.remembered()) {
    const { namespace, documentId, ingestionId, version } = one.ref;
    const document = `${namespace}/${documentId}`;
    const shown = documents.get(document) ?? [];
    documents.set(document, shown);
    if (!isShown(one)) continue;
    const values = [...new Set([...one.parts.values()].flatMap((part) => valuesOf(part, name)))];
    shown.push({ ingestionId, version, values });
  }
  return [...documents].map(([document, shown]) => ({ store: name, document, began: at, ended: at, shown }));
}

function valuesOf(part: DocumentEmbedded, store: StoreName): string[] {
  const what = store === 'neo4j' ? 'entity' : 'chunk';
  return artefactsOf(part, store, true).flatMap((artefact) => (artefact.what === what ? [artefact.value] : []));
}

/** What each store remembers of ingestions. */
export function markersOf(stores: Stores): Markers {
  const { neo4j, postgres, qdrant, redis } = stores;
  const states = (store: MemoryStore): Map<string, string> =>
    new Map([...store.remembered()].map(({ ref, state }) => [ref.ingestionId, state]));
  return { neo4j: states(neo4j), postgres: states(postgres), qdrant: states(qdrant), redis: states(redis) };
}

export function emptyStores(make: (name: StoreName) => MemoryStore): Stores {
  return Object.fromEntries(storeNames.map((name) => [name, make(name)])) as Record<StoreName, MemoryStore>;
}
