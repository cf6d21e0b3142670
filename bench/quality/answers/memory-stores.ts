import { entityUuid, factUuid } from '#events';
import { RulesExtractionModel, type EmbeddingModel } from '#models';
import {
  AnswerCache,
  DocumentIndex,
  FactIndex,
  type FactTimes,
  PassageIndex,
  passageKey,
  statingDocumentsMax,
  type CitedPassage,
  type GraphStats,
  type KnownEntity,
  type KnownFact,
  type PassageRef,
  type PassageWay,
  type QueryVectors,
  type RankedPassage,
  type Scope,
  type StatedFact,
} from '#stores/reading';

import { Index } from '../retrieval/rank.js';
import type { WorldDocument } from './world.js';

const { signal } = new AbortController();
const place = (document: WorldDocument): PassageRef => ({ ingestionId: document.documentId, seq: 0 });

/** Passages as Qdrant would rank them. */
export class MemoryPassages extends PassageIndex {
  constructor(private readonly index: Index) {
    super();
  }

  override lists(
    ways: readonly PassageWay[],
    { dense, sparse }: QueryVectors,
    { limit }: Scope,
  ): Promise<ReadonlyMap<PassageWay, readonly RankedPassage[]>> {
    const listOf = (way: PassageWay): RankedPassage[] =>
      way === 'semantic'
        ? this.index.byMeaning(Float32Array.from(dense))
        : way === 'keyword'
          ? this.index.byTerms(sparse.indices)
          : this.index.byBoth(sparse.indices, Float32Array.from(dense));
    return Promise.resolve(new Map(ways.map((way) => [way, listOf(way).slice(0, limit)])));
  }

  override passages = (): Promise<Map<string, CitedPassage>> => Promise.resolve(new Map());
}

export async function indexOf(documents: readonly WorldDocument[], model: EmbeddingModel): Promise<Index> {
  const texts = documents.map(({ documentId, text }) => ({ id: documentId, text }));
  const { vectors } = await model.embed(
    texts.map(({ text }) => text),
    { signal },
  );
  return new Index(texts, vectors);
}

interface Said {
  readonly at: WorldDocument;
  readonly entities: readonly KnownEntity[];
  readonly facts: readonly StatedFact[];
}

/** What the extractor on this machine finds in the documents. */
export async function extract(documents: readonly WorldDocument[]): Promise<Said[]> {
  const chunks = documents.map(({ text }) => ({ text }));
  const found = await new RulesExtractionModel().extract(chunks, { signal });
  const uuidOf = ({ type, name }: { type: string; name: string }): string => entityUuid('bench', type, name);
  return documents.map((at, index) => {
    const { entities = [], facts = [] } = found[index] ?? {};
    return {
      at,
      entities: entities.map(({ name, type }) => ({ uuid: uuidOf({ name, type }), name, type })),
      facts: facts.map(({ source, target, relation, sentence, validAt, invalidAt }) => ({
        ...{
          source: source.name,
          sourceUuid: uuidOf(source),
          target: target.name,
          targetUuid: uuidOf(target),
          relation,
        },
        ...{ fact: sentence, validAt: validAt ?? null, invalidAt: invalidAt ?? null },
        uuid: factUuid('bench', uuidOf(source), relation, uuidOf(target), sentence),
      })),
    };
  });
}

/** Facts as Neo4j would give them. */
export class MemoryFacts extends FactIndex {
  constructor(private readonly said: readonly Said[]) {
    super();
  }

  override around(
    uuids: readonly string[],
    _time: unknown,
    { limit, words }: { readonly limit: number; readonly words?: readonly string[] },
  ): Promise<KnownFact[]> {
    const all = new Map(this.said.flatMap(({ facts }) => facts.map((fact) => [fact.uuid, fact] as const)));
    const wanted = new Set(uuids);
    const near = [...all.values()].filter((fact) => wanted.has(fact.sourceUuid) || wanted.has(fact.targetUuid));
    const fit = words === undefined ? () => 0 : (fact: StatedFact): number => fitOf(fact, words, wanted);
    const best = near.map((fact) => ({ ...fact, ...this.statedBy(fact) }));
    best.sort((a, b) => fit(b) - fit(a) || b.documentCount - a.documentCount || (a.uuid < b.uuid ? -1 : 1));
    return Promise.resolve(best.slice(0, limit));
  }

  private statedBy({ uuid }: StatedFact): Pick<KnownFact, 'documents' | 'documentCount'> {
    const stating = this.said.filter(({ facts }) => facts.some((fact) => fact.uuid === uuid));
    const documents = stating.map(({ at: { documentId } }) => ({ documentId, version: 1, ingestionId: documentId }));
    return { documents: documents.slice(0, statingDocumentsMax), documentCount: documents.length };
  }

  override times = (): Promise<Map<string, FactTimes>> => Promise.resolve(new Map());

  override stats = (): Promise<GraphStats> => Promise.reject(new Error('nobody asks for that'));
}

/** How many of the words it says; that it ties two of the entities together counts less than a word. */
function fitOf(
  { fact, relation, sourceUuid, targetUuid }: StatedFact,
  words: readonly string[],
  entities: ReadonlySet<string>,
): number {
  const text = `${fact} ${relation.replaceAll('_', ' ')}`.toLowerCase();
  const shared = words.filter((word) => text.includes(word)).length;
  return 2 * shared + Number(entities.has(sourceUuid) && entities.has(targetUuid));
}

/** Names and fields as PostgreSQL would find them. */
export class MemoryDocuments extends DocumentIndex {
  constructor(private readonly said: readonly Said[]) {
    super();
  }

  override entitiesNamed(_namespace: string, names: readonly string[]): Promise<KnownEntity[]> {
    const found = new Map<
      string,
      { readonly entity: KnownEntity; longest: number; exact: number; documents: number }
    >();
    for (const entity of this.said.flatMap(({ entities }) => entities)) {
      const lower = entity.name.toLowerCase();
      const fitting = names.filter((name) => lower === name || (name.length > 3 && lower.startsWith(`${name} `)));
      if (fitting.length === 0) continue;
      const known = found.get(entity.uuid) ?? { entity, longest: 0, exact: 0, documents: 0 };
      known.longest = Math.max(known.longest, ...fitting.map(({ length }) => length));
      known.exact ||= Number(names.includes(lower));
      known.documents += 1;
      found.set(entity.uuid, known);
    }
    const best = [...found.values()].sort(
      (a, b) => b.longest - a.longest || b.exact - a.exact || b.documents - a.documents,
    );
    return Promise.resolve(best.map(({ entity }) => entity));
  }

  override stating(factUuids: readonly string[], { limit }: Scope): Promise<RankedPassage[]> {
    const score = ({ facts }: Said): number =>
      facts.reduce((sum, { uuid }) => sum + (factUuids.includes(uuid) ? 1 / (factUuids.indexOf(uuid) + 1) : 0), 0);
    return this.ranked(score, limit);
  }

  override stated(factUuids: readonly string[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(factUuids));
  }

  override mentioning(entityUuids: readonly string[], { limit }: Scope): Promise<RankedPassage[]> {
    const score = ({ entities }: Said): number =>
      new Set(entities.map(({ uuid }) => uuid).filter((uuid) => entityUuids.includes(uuid))).size;
    return this.ranked(score, limit);
  }

  override matching(words: readonly string[], { limit }: Scope): Promise<RankedPassage[]> {
    const score = ({ at: { title, documentId, mediaType, metadata } }: Said): number => {
      const fields = [title, documentId, mediaType, JSON.stringify(metadata)].join(' ').toLowerCase();
      return words.length === 0 ? 1 : words.filter((word) => fields.includes(word)).length;
    };
    return this.ranked(score, limit);
  }

  override cited(refs: readonly PassageRef[]): Promise<ReadonlyMap<string, CitedPassage>> {
    const byId = new Map(this.said.map((one) => [one.at.documentId, one]));
    const cited = refs.flatMap((ref): [string, CitedPassage][] => {
      const one = byId.get(ref.ingestionId);
      return one === undefined ? [] : [[passageKey(ref), citedOf(one)]];
    });
    return Promise.resolve(new Map(cited));
  }

  override dataVersion = (): Promise<string> => Promise.resolve('1');

  private ranked(score: (one: Said) => number, limit: number): Promise<RankedPassage[]> {
    const all = this.said.map((one) => ({ ...place(one.at), score: score(one) })).filter((one) => one.score > 0);
    all.sort((a, b) => b.score - a.score || (a.ingestionId < b.ingestionId ? -1 : 1));
    return Promise.resolve(all.slice(0, limit));
  }
}

function citedOf({ at, entities, facts }: Said): CitedPassage {
  const { documentId, title, text, mediaType } = at;
  return {
    ...{ ...place(at), namespace: 'bench', documentId, version: 1, title, mediaType, source: 'inline', location: null },
    ...{ text, startOffset: 0, endOffset: text.length, headingPath: [], origin: null, entities, facts },
  };
}

/** Nothing is kept: what is measured is how answers are found. */
export class NoCache extends AnswerCache {
  override get = (): Promise<undefined> => Promise.resolve(undefined);
  override put = (): Promise<void> => Promise.resolve();
}
