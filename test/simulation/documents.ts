import { emission, type DocumentEmbedded, type Emission } from '#events';
import type { IngestionRef, StoreName } from '#stores/port';

import { anIngestion } from '../builders/index.js';
import type { Artefact } from '../checker/index.js';

/**
 * Two documents of one tenant, which speak of the same people, so that removing one must leave what the other still
 * says; and one of another tenant with the id of the first.
 */
export const documents = [
  { namespace: 'sim-a', documentId: 'x' },
  { namespace: 'sim-a', documentId: 'y' },
  { namespace: 'sim-b', documentId: 'x' },
] as const;
/** The one moment of a simulated world: nothing may depend on the clock. */
export const atMs = 1_793_491_200_000;

/** What a version of a document is made of; equal ones are the same objects, as thousands of schedules use them. */
export interface Version {
  readonly ref: IngestionRef;
  readonly parts: readonly DocumentEmbedded[];
  readonly said: readonly Emission[];
}

const versions = new Map<string, Version>();

/** @param document its place in `documents`. */
export function versionOf(document: number, version: number, partCount: number): Version {
  const key = `${document} ${version} ${partCount}`;
  const known = versions.get(key);
  if (known !== undefined) return known;
  const { namespace, documentId } = documents[document % documents.length] ?? documents[0];
  const people = ['Ada', documentId === 'x' ? 'Bob' : 'Cleo', `Person ${version}`];
  const builder = anIngestion({ namespace, documentId, version }).withParts(partCount).withChunks(partCount);
  const parts = builder.withEntities(people).withFacts().build();
  const [{ ingestionId }] = parts as [DocumentEmbedded];
  const made: Version = {
    ref: { namespace, documentId, ingestionId, version },
    parts,
    said: parts.map((part) => emission('DocumentEmbedded', part)),
  };
  versions.set(key, made);
  return made;
}

/** Identities of retractions, as a client's request gives them. */
export function retractionId(number: number): string {
  return `01930000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

const kinds = {
  neo4j: ['entity', 'fact'],
  postgres: ['chunk', 'entity', 'fact', 'mention'],
  qdrant: ['chunk'],
  redis: ['chunk'],
} as const;
const memo = new WeakMap<DocumentEmbedded, Map<string, readonly Artefact[]>>();

/** What a part leaves in a store, live or not. */
export function artefactsOf(part: DocumentEmbedded, store: StoreName, live: boolean): readonly Artefact[] {
  const known = memo.get(part) ?? new Map<string, readonly Artefact[]>();
  memo.set(part, known);
  const key = `${store} ${live}`;
  const made = known.get(key) ?? project(part, store, live);
  known.set(key, made);
  return made;
}

function project(part: DocumentEmbedded, store: StoreName, live: boolean): Artefact[] {
  const one = { document: `${part.namespace}/${part.documentId}`, ingestionId: part.ingestionId, live };
  const values = {
    chunk: part.chunks.map(({ seq, text }) => `${seq}:${text}`),
    entity: part.entities.map(({ uuid }) => uuid),
    fact: part.facts.map(({ uuid }) => uuid),
    mention: part.mentions.map((mention) => `${mention.entityUuid}:${mention.seq}:${mention.startOffset}`),
  };
  return kinds[store].flatMap((what) => values[what].map((value) => ({ ...one, what, value })));
}
