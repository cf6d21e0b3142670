import type { DocumentEmbedded } from '#events';
import { linkedParts } from '#identity';

import { factTimes } from './fact-times.js';
import type { Artefact, Contents, LogReading, LogRecord } from '../checker/index.js';

/**
 * What users read from the four stores if nothing but the live versions had ever been ingested, one after the other and
 * without a fault: worked out from the parts on the saga log alone, by none of the writers' code but the rules that say
 * which names are one entity. `FullContents` reads
 * the stores into the same form. Times of the writing itself are left out.
 */
export function reference(sagaLog: readonly LogRecord[], log: LogReading): Contents {
  const parts = linkedParts(liveParts(sagaLog, log));
  const first = parts.filter(({ part }) => part === 1);
  return {
    postgres: [...first.map(postgresDocument), ...parts.flatMap(postgresRows), ...postgresShared(parts)],
    neo4j: [...first.map((one) => episode(one, parts)), ...graph(parts)],
    qdrant: [...first.flatMap(documentPoint), ...parts.flatMap(chunkPoints)],
    redis: [...first.map(hash), ...parts.flatMap(listed)],
  };
}

/** One artefact whose value tells everything. */
export function whole(document: string, ingestionId: string, what: string, fields: object): Artefact {
  return { document, ingestionId, what, live: true, value: JSON.stringify(fields) };
}

/** Each part of each live version once, in the order of parts. */
function liveParts(sagaLog: readonly LogRecord[], log: LogReading): DocumentEmbedded[] {
  const live = new Set([...log.live.values()].map(({ ingestionId }) => ingestionId));
  const parts = new Map<string, DocumentEmbedded>();
  for (const { type, payload } of sagaLog) {
    if (type !== 'DocumentEmbedded') continue;
    const part = payload as DocumentEmbedded;
    const key = `${part.ingestionId}/${part.part}`;
    if (live.has(part.ingestionId) && !parts.has(key)) parts.set(key, part);
  }
  return [...parts.values()].sort((a, b) => (a.ingestionId < b.ingestionId ? -1 : 1) || a.part - b.part);
}

type Of = Pick<DocumentEmbedded, 'namespace' | 'documentId' | 'ingestionId'>;

function of(part: Of, what: string, fields: object): Artefact {
  return whole(`${part.namespace}/${part.documentId}`, part.ingestionId, what, fields);
}

function postgresDocument(part: DocumentEmbedded): Artefact {
  const { version, title, source, location, mediaType, metadata, sha256, sizeBytes, chunkCount, submittedAt } = part;
  return of(part, 'row', [
    ...[version, title, source, location, mediaType, keysInOrder(metadata), sha256, sizeBytes, chunkCount],
    Number(submittedAt),
  ]);
}

/** `jsonb` keeps keys by their length, then by their letters. */
function keysInOrder(metadata: DocumentEmbedded['metadata']): DocumentEmbedded['metadata'] {
  return Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)));
}

function postgresRows(part: DocumentEmbedded): Artefact[] {
  return [
    ...part.chunks.map(({ seq, text, tokenCount, chunkId, startOffset, endOffset, headingPath }) =>
      of(part, 'chunk row', [seq, text, tokenCount, chunkId, startOffset, endOffset, headingPath]),
    ),
    ...part.mentions.map(({ entityUuid, seq, evidence, startOffset, endOffset }) =>
      of(part, 'mention row', [entityUuid, seq, evidence, startOffset, endOffset]),
    ),
  ];
}

/** Entities and facts are shown once for each namespace, whoever speaks of them. */
function postgresShared(parts: readonly DocumentEmbedded[]): Artefact[] {
  const rows = parts.flatMap(({ namespace, entities, facts }) => [
    ...entities.map(({ uuid, name, type }) => whole(namespace, '', 'entity row', [uuid, name, type])),
    ...facts.map(({ uuid, sourceUuid, targetUuid, relation, fact }) =>
      whole(namespace, '', 'fact row', [uuid, sourceUuid, targetUuid, relation, fact]),
    ),
  ]);
  return distinct(rows);
}

function episode(first: DocumentEmbedded, parts: readonly DocumentEmbedded[]): Artefact {
  const own = parts.filter(({ ingestionId }) => ingestionId === first.ingestionId);
  const facts = [...new Set(own.flatMap((part) => part.facts.map(({ uuid }) => uuid)))].sort();
  const content = first.chunks.map(({ text }) => text).join('\n\n');
  return of(first, 'episode', [first.title ?? first.documentId, content.slice(0, 8192), described(first), facts]);
}

function described({ source, location }: DocumentEmbedded): string {
  return location === null ? source : `${source}: ${location}`;
}

function graph(parts: readonly DocumentEmbedded[]): Artefact[] {
  const supporters = new Map<string, Set<string>>();
  for (const { ingestionId, facts } of parts) {
    for (const { uuid } of facts) supporters.set(uuid, (supporters.get(uuid) ?? new Set()).add(ingestionId));
  }
  const times = factTimes(parts);
  const all = parts.flatMap((part) => [
    ...part.entities.map(({ uuid, name, type }) => whole(part.namespace, '', 'node', [uuid, name, type])),
    ...part.entities.map(({ uuid }) => of(part, 'mentions', [uuid])),
    ...part.facts.map(({ uuid, sourceUuid, targetUuid, relation, fact }) =>
      whole(part.namespace, '', 'relates', [
        ...[uuid, sourceUuid, targetUuid, relation, fact],
        [...(supporters.get(uuid) ?? [])].sort(),
        ...(times.get(`${part.namespace} ${uuid}`) ?? []),
      ]),
    ),
  ]);
  return distinct(all);
}

function documentPoint(part: DocumentEmbedded): Artefact[] {
  const { document, version, title, source, location, mediaType } = part;
  if (document === null) return [];
  const vector = vectorOf(document);
  return [of(part, 'document point', [version, title, document.text, source, location, mediaType, ...vector])];
}

function chunkPoints(part: DocumentEmbedded): Artefact[] {
  return part.chunks.map((chunk) => {
    const { chunkId, seq, text, tokenCount, headingPath } = chunk;
    const named = [chunkId, part.version, seq, text, part.title, tokenCount, headingPath];
    return of(part, 'chunk point', [...named, ...vectorOf(chunk)]);
  });
}

type Embedded = Pick<DocumentEmbedded['chunks'][number], 'dense' | 'sparseIndices' | 'sparseValues'>;

function vectorOf({ dense, sparseIndices, sparseValues }: Embedded): unknown[] {
  const values = Array.from({ length: dense.length / 4 }, (_, i) => dense.readFloatLE(i * 4));
  return [rounded(values), [...sparseIndices], rounded(sparseValues)];
}

/** A collection of cosine vectors holds them normalised, as float32. */
export function rounded(values: readonly number[]): number[] {
  return values.map((value) => Math.round(value * 1e5) / 1e5 + 0);
}

function hash({
  version,
  title,
  source,
  location,
  mediaType,
  metadata,
  chunkCount,
  ...part
}: DocumentEmbedded): Artefact {
  return of(part, 'hash', [version, title, source, location, mediaType, metadata, chunkCount]);
}

function listed(part: DocumentEmbedded): Artefact[] {
  return part.chunks.map(({ seq, text, tokenCount, chunkId }) => of(part, 'listed', [seq, text, tokenCount, chunkId]));
}

function distinct(artefacts: readonly Artefact[]): Artefact[] {
  return [...new Map(artefacts.map((one) => [JSON.stringify(one), one])).values()];
}
