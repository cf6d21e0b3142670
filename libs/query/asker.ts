import { contentWords, type WordingModel } from '#models';
import { passageKey, type KnownFact } from '#stores/reading';

import type { ComparedBy, LeftOut, SearchAnswer } from './answer.js';
import { attempt } from './attempt.js';
import { citationOf, factLine, type Citation } from './build-context.js';
import { composeAnswer, type CitedSentence, type Composed, type Telling } from './compose-answer.js';
import { countedAs } from './counted-as.js';
import { distinctBy } from './distinct-by.js';
import type { GraphReader } from './graph-reader.js';
import type { Hit } from './hit.js';
import { hitsMax, lookUp, type Found, type Sources, type Step } from './look-up.js';
import type { SearchRequest } from './request.js';
import { factsToTell } from './tell-facts.js';
import { within } from './within.js';

/** An answer made of cited passages and facts. */
export interface AskAnswer extends Composed {
  /** The sentences as one text, each with its citations in brackets; empty if nothing was found. */
  readonly answer: string;
  /** The model that put the answer into its own words; null if its sentences stand so in the documents. */
  readonly wordedBy: string | null;
  /** The model of the vectors that passages were compared by; null if none were. */
  readonly embedding: ComparedBy | null;
  readonly citations: readonly Citation[];
  readonly facts: readonly KnownFact[];
  readonly steps: readonly Step[];
  readonly leftOut: readonly LeftOut[];
}

export interface AskerOptions {
  /** How long a store may take for a look-up before the answer does without it. */
  readonly budgetMs: number;
  /** Words answers; without one they stay as they stand in the documents. */
  readonly wording?: WordingModel;
}

/** Several passages state a fact; one of them is enough. */
const passagesPerFact = 2;

/** Answers a question by two to six look-ups, planned from what the question and the first of them say. */
export class Asker {
  constructor(
    private readonly searcher: Sources['searcher'],
    private readonly graph: Sources['graph'] & Pick<GraphReader, 'stating'>,
    private readonly options: AskerOptions,
  ) {}

  /** @throws PermanentFailure for a question that makes no sense, TransientFailure if no store could be asked. */
  async ask(request: SearchRequest, signal: AbortSignal): Promise<AskAnswer> {
    const sources = { searcher: this.searcher, graph: this.graph, budgetMs: this.options.budgetMs };
    const found = await lookUp(sources, request, signal);
    const words = contentWords(request.query);
    const telling = factsToTell(words, request, found);
    const hits = await this.withTold(distinctHits(found.answers).slice(0, hitsMax), telling, request, found, signal);
    const composed = composeAnswer(words, hits, telling, found);
    const counted = found.stats === undefined ? undefined : countedAs(request.namespace, found.stats);
    const worded = counted ?? (await this.worded(request, hits, composed, found.leftOut, signal));
    const sentences = worded ?? composed.sentences;
    return {
      ...{ ...composed, sentences, confidence: counted === undefined ? composed.confidence : 1 },
      answer: sentences.map(({ text, citations }) => `${text} ${marks(citations)}`.trimEnd()).join(' '),
      wordedBy: worded === undefined || counted !== undefined ? null : (this.options.wording?.id ?? null),
      embedding: found.answers.find(({ embedding }) => embedding !== null)?.embedding ?? null,
      citations: hits.map((hit, index) => citationOf(hit, index + 1)),
      facts: distinctBy(({ uuid }) => uuid, [...found.facts, ...toldOf(telling, found)]),
      steps: found.steps,
      leftOut: found.leftOut,
    };
  }

  /** The hits, and for each fact to tell that none of them states a passage that does. */
  private async withTold(
    hits: readonly Hit[],
    { facts }: Telling,
    { query, namespace, filter }: SearchRequest,
    { leftOut }: Found,
    signal: AbortSignal,
  ): Promise<readonly Hit[]> {
    const unstated = facts.map(({ uuid }) => uuid).filter((uuid) => !hits.some((hit) => states(hit, uuid)));
    if (unstated.length === 0) return hits;
    const scope = { namespace, filter, limit: unstated.length * passagesPerFact, signal };
    const work = this.graph.stating(unstated, contentWords(query), scope);
    const stating = within(work, this.options.budgetMs, signal);
    const passages = (await attempt(stating, leftOut, { way: 'entities', stores: ['postgres'] })) ?? [];
    return distinctBy(passageKey, [
      ...hits,
      ...unstated.flatMap((uuid) => passages.find((one) => states(one, uuid)) ?? []),
    ]);
  }

  /** Nothing if there is no model, if it is away or if what it says can't be checked: then documents speak. */
  private async worded(
    { query, namespace }: SearchRequest,
    hits: SearchAnswer['hits'],
    { sentences }: Composed,
    leftOut: LeftOut[],
    signal: AbortSignal,
  ): Promise<readonly CitedSentence[] | undefined> {
    const { wording } = this.options;
    if (wording === undefined || sentences.length === 0) return undefined;
    const passages = hits.map(({ text, facts }, index) => ({ number: index + 1, text, facts: facts.map(factLine) }));
    const caller = { namespace, documentId: null, ingestionId: null };
    const words = wording.word(query, passages, { signal, caller });
    const worded = await attempt(words, leftOut, { way: 'wording', stores: [] });
    return worded === undefined || worded.length === 0 ? undefined : worded;
  }
}

function marks(citations: readonly number[]): string {
  return citations.map((number) => `[${number}]`).join('');
}

function states({ facts }: Hit, factUuid: string): boolean {
  return facts.some(({ uuid }) => uuid === factUuid);
}

/** Passages by the first answer that names them, with what each list said of them. */
function distinctHits(answers: readonly SearchAnswer[]): Hit[] {
  const hits = new Map<string, Hit>();
  for (const hit of answers.flatMap((answer) => answer.hits)) {
    const known = hits.get(passageKey(hit)) ?? hit;
    hits.set(passageKey(hit), { ...known, scores: { ...hit.scores, ...known.scores } });
  }
  return [...hits.values()];
}

/** What a timeline alone knew of the facts that are told. */
function toldOf({ facts }: Telling, { timeline }: Found): KnownFact[] {
  const told = new Set(facts.map(({ uuid }) => uuid));
  return timeline.filter(({ uuid }) => told.has(uuid));
}
