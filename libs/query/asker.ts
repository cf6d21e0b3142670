import { classify, type PenstockFailure } from '#failure';
import { contentWords, type WordingModel } from '#models';
import type { KnownFact } from '#stores/reading';

import type { LeftOut, SearchAnswer } from './answer.js';
import { citationOf, factLine, type Citation } from './build-context.js';
import { composeAnswer, type CitedSentence, type Composed } from './compose-answer.js';
import type { GraphReader } from './graph-reader.js';
import type { SearchRequest } from './request.js';
import type { Searcher } from './searcher.js';

/** Something that was looked up on the way to an answer. */
export interface Step {
  readonly tool: 'search_memory' | 'search_as_of' | 'get_entity_timeline' | 'explore_graph' | 'get_graph_stats';
  readonly why: string;
  /** How much it found. */
  readonly found: number;
}

/** An answer made of cited passages and facts. */
export interface AskAnswer extends Composed {
  /** The sentences as one text, each with its citations in brackets; empty if nothing was found. */
  readonly answer: string;
  /** The model that put the answer into its own words; null if its sentences stand so in the documents. */
  readonly wordedBy: string | null;
  readonly citations: readonly Citation[];
  readonly facts: readonly KnownFact[];
  readonly steps: readonly Step[];
  readonly leftOut: readonly LeftOut[];
}

const hitsMax = 8;
const timelineMax = 20;
const neighboursMax = 20;

/** What was found so far. */
interface Found {
  readonly answers: SearchAnswer[];
  readonly facts: KnownFact[];
  readonly steps: Step[];
  readonly leftOut: LeftOut[];
}

/** Answers a question by two to six look-ups, planned from what the question and the first of them say. */
export class Asker {
  constructor(
    private readonly searcher: Pick<Searcher, 'search'>,
    private readonly graph: Pick<GraphReader, 'timeline' | 'explore' | 'stats'>,
    /** Words answers; without one they stay as they stand in the documents. */
    private readonly wording?: WordingModel,
  ) {}

  /** @throws PermanentFailure for a question that makes no sense, TransientFailure if no store could be asked. */
  async ask(request: SearchRequest, signal: AbortSignal): Promise<AskAnswer> {
    const first = await this.searcher.search({ ...request, limit: hitsMax }, signal);
    const step: Step = { tool: 'search_memory', why: first.explain?.why ?? first.route, found: first.hits.length };
    const found: Found = { answers: [first], facts: [...first.facts], steps: [step], leftOut: [...first.leftOut] };
    await this.lookFurther(request, first, found, signal);
    const hits = distinct(found.answers).slice(0, hitsMax);
    const facts = distinctFacts(found.facts);
    const composed = composeAnswer(contentWords(request.query), hits, facts, first.entities);
    const worded = await this.worded(request, hits, composed, found.leftOut, signal);
    const sentences = worded ?? composed.sentences;
    return {
      ...composed,
      sentences,
      answer: sentences.map(({ text, citations }) => `${text} ${marks(citations)}`).join(' '),
      wordedBy: worded === undefined ? null : (this.wording?.id ?? null),
      citations: hits.map((hit, index) => citationOf(hit, index + 1)),
      facts,
      steps: found.steps,
      leftOut: found.leftOut,
    };
  }

  /** Looks up what the first look-up suggests; a store that is away costs its look-up, not the answer. */
  private async lookFurther(
    request: SearchRequest,
    first: SearchAnswer,
    found: Found,
    signal: AbortSignal,
  ): Promise<void> {
    const { namespace } = request;
    const [entity] = first.entities;
    const asOf = request.asOf ?? first.explain?.signals.asOf;
    const search = async (step: Omit<Step, 'found'>, asked: SearchRequest): Promise<void> => {
      const answer = await attempt(this.searcher.search({ ...asked, limit: hitsMax }, signal), found, {
        ...{ way: asked.mode === 'graph' ? 'graph' : 'hybrid', stores: [] },
      });
      if (answer === undefined) return;
      const count = asked.mode === 'graph' ? answer.facts.length : answer.hits.length;
      found.steps.push({ ...step, found: count });
      found.answers.push(answer);
      found.facts.push(...answer.facts);
      found.leftOut.push(...answer.leftOut);
    };
    if (asOf !== undefined && first.route !== 'graph') {
      await search({ tool: 'search_as_of', why: 'it names a time' }, { ...request, mode: 'graph', asOf });
    }
    if (entity !== undefined) return this.lookAround(namespace, entity, asOf, found);
    if (first.route !== 'hybrid') {
      const why = 'by meaning and letter as well';
      return search({ tool: 'search_memory', why }, { ...request, mode: 'hybrid' });
    }
    const stats = await attempt(this.graph.stats(namespace), found, { way: 'stats', stores: ['neo4j'] });
    const why = 'how much there is to look in';
    if (stats !== undefined) found.steps.push({ tool: 'get_graph_stats', why, found: stats.documents });
  }

  private async lookAround(
    namespace: string,
    { uuid, name }: SearchAnswer['entities'][number],
    asOf: number | undefined,
    found: Found,
  ): Promise<void> {
    const time = asOf === undefined ? {} : { asOf };
    const [timeline, around] = await Promise.all([
      attempt(this.graph.timeline(namespace, uuid, timelineMax), found, { way: 'timeline', stores: ['neo4j'] }),
      attempt(this.graph.explore(namespace, uuid, { depth: 2, limit: neighboursMax, time }), found, {
        ...{ way: 'neighbourhood', stores: ['neo4j'] },
      }),
    ]);
    if (timeline !== undefined) {
      found.steps.push({ tool: 'get_entity_timeline', why: `it names ${name}`, found: timeline.items.length });
    }
    if (around === undefined) return;
    found.steps.push({ tool: 'explore_graph', why: `what lies around ${name}`, found: around.facts.length });
    found.facts.push(...around.facts);
  }

  /** Nothing if there is no model, if it is away or if what it says can't be checked: then documents speak. */
  private async worded(
    { query, namespace }: SearchRequest,
    hits: SearchAnswer['hits'],
    { sentences }: Composed,
    leftOut: LeftOut[],
    signal: AbortSignal,
  ): Promise<readonly CitedSentence[] | undefined> {
    if (this.wording === undefined || sentences.length === 0) return undefined;
    const passages = hits.map(({ text, facts }, index) => ({ number: index + 1, text, facts: facts.map(factLine) }));
    const caller = { namespace, documentId: null, ingestionId: null };
    const words = this.wording.word(query, passages, { signal, caller });
    const worded = await attempt(words, { leftOut }, { way: 'wording', stores: [] });
    return worded === undefined || worded.length === 0 ? undefined : worded;
  }
}

/** What came of a look-up; undefined if it failed, which the answer then says. */
async function attempt<T>(
  work: Promise<T>,
  { leftOut }: Pick<Found, 'leftOut'>,
  missing: Omit<LeftOut, 'reason'>,
): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    const failure: PenstockFailure = classify(error);
    if (failure.kind === 'permanent' && missing.way !== 'wording') throw failure;
    leftOut.push({ ...missing, reason: failure.reason });
    return undefined;
  });
}

function marks(citations: readonly number[]): string {
  return citations.map((number) => `[${number}]`).join('');
}

function distinct(answers: readonly SearchAnswer[]): SearchAnswer['hits'][number][] {
  const hits = answers.flatMap((answer) => answer.hits);
  return [...new Map(hits.map((hit) => [`${hit.ingestionId}/${hit.seq}`, hit])).values()];
}

function distinctFacts(facts: readonly KnownFact[]): KnownFact[] {
  return [...new Map(facts.map((fact) => [fact.uuid, fact])).values()];
}
