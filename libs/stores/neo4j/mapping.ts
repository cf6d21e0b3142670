import { deterministicId, documentKey, type DocumentEmbedded } from '#events';
import { claimTexts, companionsIn, familyOf } from '#identity';
import { episodeWords } from '#stores/auditor';
import type { IngestionRef, RetractionRef } from '#stores/port';

/** Most characters of the document's text that its episode shows. */
const contentLengthMax = 8_192;

/** Stands for "no time" in arrays of numbers, which in Neo4j can't hold null. */
export const noTime = Number.MIN_SAFE_INTEGER;

/**
 * Types that are also node labels. The map is closed, so a label is never made of text that somebody else wrote; an
 * entity of any other type has the label Entity alone and its type as data.
 */
export const labelOfType: ReadonlyMap<string, string> = new Map(
  ['Person', 'Organization', 'Location', 'Product', 'Event', 'Money', 'Percent', 'Date', 'Concept'].map((type) => [
    type,
    type,
  ]),
);

export interface DocumentRow {
  readonly key: string;
  readonly namespace: string;
  readonly documentId: string;
}

export interface IngestionRow extends DocumentRow {
  readonly ingestionId: string;
  readonly version: number;
}

/** The properties of one PenstockPendingPart: primitives and parallel arrays of primitives, as Neo4j stores them. */
export type PendingPartRow = Readonly<Record<string, string | number | readonly (string | number)[]>> & {
  readonly key: string;
  readonly ingestionId: string;
};

export function documentRow({ namespace, documentId }: RetractionRef | IngestionRef): DocumentRow {
  return { key: documentKey({ namespace, documentId }), namespace, documentId };
}

export function ingestionRow(ingestion: IngestionRef): IngestionRow {
  return { ...documentRow(ingestion), ingestionId: ingestion.ingestionId, version: ingestion.version };
}

/** Each document once, in the order in which everybody locks them. */
export function documentsToLock(rows: readonly DocumentRow[]): DocumentRow[] {
  const byKey = new Map(rows.map(({ key, namespace, documentId }) => [key, { key, namespace, documentId }]));
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

export function pendingPartRow(part: DocumentEmbedded): PendingPartRow {
  return { ...episodeColumns(part), ...entityColumns(part), ...claimColumns(part), ...factColumns(part) };
}

/** What the episode of the ingestion is made of; every part has it, the first one counts. */
function episodeColumns(part: DocumentEmbedded) {
  return {
    key: `${part.ingestionId}/${part.part}`,
    ingestionId: part.ingestionId,
    part: part.part,
    namespace: part.namespace,
    documentId: part.documentId,
    ...episodeWords(part),
    content: part.part === 1 ? leadingText(part) : '',
    // Graphiti knows the sources message, json and text and refuses others.
    source: part.source === 'json_record' ? 'json' : 'text',
    createdAt: part.embeddedAt,
    validAt: part.submittedAt,
    chunkCount: part.chunks.length,
    mentionCount: part.mentions.length,
  };
}

function leadingText({ record, chunks }: DocumentEmbedded): string {
  const text = record ?? chunks.map((chunk) => chunk.text).join('\n\n');
  // A cut between the halves of a surrogate pair would leave text that no driver can encode.
  return text.slice(0, contentLengthMax).toWellFormed();
}

/** Stands between the values of one entity in columns, where Neo4j takes no lists of lists; no value holds it. */
export const separator = '\n';

function entityColumns(part: DocumentEmbedded) {
  const { ingestionId, namespace, entities } = part;
  const [companions, spellings] = [companionsIn(part), spellingsIn(part)];
  return {
    entityUuids: entities.map(({ uuid }) => uuid),
    entityNames: entities.map(({ name }) => name),
    entityTypes: entities.map(({ type }) => type),
    entityLabels: entities.map(({ type }) => labelOfType.get(type) ?? 'Entity'),
    // An empty text stands for no family.
    entityFamilies: entities.map(({ type, name }) => familyOf(namespace, type, name) ?? ''),
    entityCompanions: entities.map(({ uuid }) => [...(companions.get(uuid) ?? [])].sort().join(separator)),
    entitySpellings: entities.map(({ uuid }) => [...(spellings.get(uuid) ?? [])].sort().join(separator)),
    entitySummaries: entities.map(({ summary }) => summary),
    mentionUuids: entities.map(({ uuid }) => deterministicId('mentions', ingestionId, uuid)),
  };
}

/** Most parts claim nothing. */
function claimColumns({ entities, claims }: DocumentEmbedded) {
  if (claims.length === 0) return {};
  return { entityClaims: entities.map(({ uuid }) => claimTexts(claims, uuid).join(separator)) };
}

/** How the part writes each entity. */
function spellingsIn({ mentions }: DocumentEmbedded): Map<string, Set<string>> {
  const byEntity = Map.groupBy(mentions, ({ entityUuid }) => entityUuid);
  return new Map(
    [...byEntity].map(([uuid, own]) => [uuid, new Set(own.map(({ evidence }) => evidence.replaceAll(/\s+/g, ' ')))]),
  );
}

function factColumns({ facts }: DocumentEmbedded) {
  return {
    factUuids: facts.map(({ uuid }) => uuid),
    factSources: facts.map(({ sourceUuid }) => sourceUuid),
    factTargets: facts.map(({ targetUuid }) => targetUuid),
    factNames: facts.map(({ relation }) => relation),
    factTexts: facts.map(({ fact }) => fact),
    factValidAts: facts.map(({ validAt }) => validAt ?? noTime),
    factInvalidAts: facts.map(({ invalidAt }) => invalidAt ?? noTime),
  };
}
