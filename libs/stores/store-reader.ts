/** What hits must be like. All given fields must hold; of a list one is enough. */
export interface SearchFilter {
  readonly documentId?: readonly string[];
  readonly mediaType?: readonly string[];
  readonly source?: readonly string[];
  /** Milliseconds since the epoch, inclusive: when the document was submitted. */
  readonly since?: number;
  /** Milliseconds since the epoch, exclusive. */
  readonly until?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Names a passage: a chunk of one live version. */
export interface PassageRef {
  readonly ingestionId: string;
  readonly seq: number;
}

/** An entity as an answer shows it. */
export interface KnownEntity {
  readonly uuid: string;
  readonly name: string;
  readonly type: string;
}

/** A fact as a document states it; times are milliseconds since the epoch, null where the text names none. */
export interface StatedFact {
  readonly uuid: string;
  readonly source: string;
  readonly sourceUuid: string;
  readonly relation: string;
  readonly target: string;
  readonly targetUuid: string;
  readonly fact: string;
  readonly validAt: number | null;
  readonly invalidAt: number | null;
}

/** A live version of a document that states a fact. */
export interface StatingDocument {
  readonly documentId: string;
  readonly version: number;
  readonly ingestionId: string;
}

/** How many of the documents that state a fact are named with it. */
export const statingDocumentsMax = 3;

/** A fact as all live documents give it: its times are drawn from what each of them says, and what contradicts it. */
export interface KnownFact extends StatedFact {
  /** Live documents that state it, those that did so first; at most `statingDocumentsMax`. */
  readonly documents: readonly StatingDocument[];
  /** How many there are. */
  readonly documentCount: number;
}

/** A live passage with what is needed to cite it. */
export interface Passage extends PassageRef {
  readonly namespace: string;
  readonly documentId: string;
  readonly version: number;
  readonly title: string | null;
  readonly mediaType: string;
  readonly source: string;
  readonly location: string | null;
  readonly text: string;
  /** Where it begins and ends in the text of the document, in UTF-16 units. */
  readonly startOffset: number;
  readonly endOffset: number;
  readonly headingPath: readonly string[];
  /** Page, sheet and rows of the source, as far as its format has them. */
  readonly origin: Readonly<Record<string, unknown>> | null;
}

/** A live passage with what is said at it. */
export interface CitedPassage extends Passage {
  readonly entities: readonly KnownEntity[];
  readonly facts: readonly StatedFact[];
}

/** A passage that a store ranked, best first; `score` only compares hits of one list. */
export interface RankedPassage extends PassageRef {
  readonly score: number;
}

/** Where to look, and how far. */
export interface Scope {
  readonly namespace: string;
  readonly filter: SearchFilter;
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Where to look for passages. */
export interface PassageScope extends Scope {
  /** How many of each list a fused one is made of; what the store finds best for `limit` if left out. */
  readonly depth?: number;
}

/** The text of a question as vectors. */
export interface QueryVectors {
  readonly dense: readonly number[];
  readonly sparse: { readonly indices: readonly number[]; readonly values: readonly number[] };
}

/** How passages are compared with a question: by meaning, by words, or by both in one list. */
export const passageWays = ['semantic', 'keyword', 'hybrid'] as const;
export type PassageWay = (typeof passageWays)[number];

export function isPassageWay(way: string): way is PassageWay {
  return (passageWays as readonly string[]).includes(way);
}

/** Ranks live passages. Every method throws TransientFailure if the store is away. */
export abstract class PassageIndex {
  /** A list for each of the ways, best first. What several of them need is asked for once. */
  abstract lists(
    ways: readonly PassageWay[],
    vectors: QueryVectors,
    scope: PassageScope,
  ): Promise<ReadonlyMap<PassageWay, readonly RankedPassage[]>>;
  /** Those of the passages that are live here and of this namespace, by `passageKey`. */
  abstract passages(
    refs: readonly PassageRef[],
    scope: Pick<Scope, 'namespace' | 'signal'>,
  ): Promise<ReadonlyMap<string, Passage>>;
}

/** Which facts: `asOf` those that held then (now, if left out), `ever` all that were said. */
export type FactTime = { readonly asOf?: number } | 'ever';

/** Where to look for facts. */
export interface FactScope extends Pick<Scope, 'namespace' | 'limit' | 'signal'> {
  /** How many to pass over; none if left out. */
  readonly offset?: number;
  /**
   * What is asked for besides the entities, in lower case. If given, facts come first in whose sentence or name of the
   * relation most of these stand, also within words, then those that tie two of the entities together.
   */
  readonly words?: readonly string[];
}

/** When a fact holds, as all live documents give it together. */
export type FactTimes = Pick<KnownFact, 'validAt' | 'invalidAt'>;

/** How much a namespace's graph holds. */
export interface GraphStats {
  readonly documents: number;
  readonly entities: number;
  readonly facts: number;
  /** Entities by type. */
  readonly types: Readonly<Record<string, number>>;
}

/** Follows what live documents say of entities. Every method throws TransientFailure if the store is away. */
export abstract class FactIndex {
  /** Facts at the entities, at most `limit`: what fits `words` and more documents say first; with `ever` the oldest. */
  abstract around(entityUuids: readonly string[], time: FactTime, scope: FactScope): Promise<KnownFact[]>;
  /** By uuid, when these facts hold; what no live document states here is left out. */
  abstract times(
    factUuids: readonly string[],
    scope: Pick<Scope, 'namespace' | 'signal'>,
  ): Promise<ReadonlyMap<string, FactTimes>>;
  abstract stats(namespace: string): Promise<GraphStats>;
}

/** Live documents, passages and names, by their fields. */
export abstract class DocumentIndex {
  /** Entities called so in lower case, or so and more: first those of longer names, of each those called just so. */
  abstract entitiesNamed(namespace: string, names: readonly string[]): Promise<KnownEntity[]>;
  /** Passages that state these facts, with how many of them each states. */
  abstract stating(factUuids: readonly string[], scope: Scope): Promise<RankedPassage[]>;
  /** Those of the facts that a passage of the documents that match states. */
  abstract stated(
    factUuids: readonly string[],
    scope: Pick<Scope, 'namespace' | 'filter'>,
  ): Promise<ReadonlySet<string>>;
  /** Passages that mention these entities, with how many of them each mentions. */
  abstract mentioning(entityUuids: readonly string[], scope: Scope): Promise<RankedPassage[]>;
  /**
   * First passages of the documents that match, those first in whose title, id, location, media type or metadata most
   * of the words stand, then the newest; without words all match.
   */
  abstract matching(words: readonly string[], scope: Scope & { readonly offset: number }): Promise<RankedPassage[]>;
  /** The passages that are live, with what is said at each, by `passageKey`; what is not live any more is left out. */
  abstract cited(refs: readonly PassageRef[]): Promise<ReadonlyMap<string, CitedPassage>>;
  /** Changes with every document that became live or went, in any store. */
  abstract dataVersion(namespace: string): Promise<string>;
}

/** Keeps answers for a while; whether one still holds is for the asker to say. */
export abstract class AnswerCache {
  abstract get(key: string): Promise<string | undefined>;
  /** Takes the place of what was kept under the key. */
  abstract put(key: string, answer: string): Promise<void>;
}

export function passageKey({ ingestionId, seq }: PassageRef): string {
  return `${ingestionId}/${seq}`;
}
