import { contentWords } from '#models';
import type { KnownFact } from '#stores/reading';

import type { LeftOut, SearchAnswer } from './answer.js';
import { citationOf, type Citation } from './build-context.js';
import { composeAnswer, type Composed } from './compose-answer.js';
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
  readonly citations: readonly Citation[];
  readonly facts: readonly KnownFact[];
  readonly steps: readonly Step[];
  readonly leftOut: readonly LeftOut[];
}

const hitsMax = 8;
const timelineMax = 20;
const neighboursMax = 20;

/** Answers a question by two to six look-ups, planned from what the question and the first of them say. */
export class Asker {
  constructor(
    private readonly searcher: Pick<Searcher, 'search'>,
    private readonly graph: Pick<GraphReader, 'timeline' | 'explore' | 'stats'>,
  ) {}

  /** @throws PermanentFailure for a question that makes no sense. */
  async ask(request: SearchRequest, signal: AbortSignal): Promise<AskAnswer> {
    const steps: Step[] = [];
    const first = await this.searcher.search({ ...request, limit: hitsMax }, signal);
    steps.push({ tool: 'search_memory', why: first.explain?.why ?? first.route, found: first.hits.length });
    const asOf = request.asOf ?? first.explain?.signals.asOf;
    const found = await this.further(request, first, asOf, steps, signal);
    const hits = distinct([first, ...found.answers]).slice(0, hitsMax);
    const facts = distinctFacts([...first.facts, ...found.facts]);
    const composed = composeAnswer(contentWords(request.query), hits, facts, first.entities);
    return {
      ...composed,
      answer: composed.sentences.map(({ text, citations }) => `${text} ${marks(citations)}`).join(' '),
      citations: hits.map((hit, index) => citationOf(hit, index + 1)),
      facts,
      steps,
      leftOut: first.leftOut,
    };
  }

  /** What the first look-up suggests to look up next. */
  private async further(
    request: SearchRequest,
    first: SearchAnswer,
    asOf: number | undefined,
    steps: Step[],
    signal: AbortSignal,
  ): Promise<{ readonly answers: SearchAnswer[]; readonly facts: KnownFact[] }> {
    const { namespace } = request;
    const [entity] = first.entities;
    const answers: SearchAnswer[] = [];
    const facts: KnownFact[] = [];
    if (asOf !== undefined && first.route !== 'graph') {
      const then = await this.searcher.search({ ...request, mode: 'graph', asOf, limit: hitsMax }, signal);
      steps.push({ tool: 'search_as_of', why: 'it names a time', found: then.facts.length });
      answers.push(then);
      facts.push(...then.facts);
    }
    if (entity !== undefined) {
      const { items } = await this.graph.timeline(namespace, entity.uuid, timelineMax);
      steps.push({ tool: 'get_entity_timeline', why: `it names ${entity.name}`, found: items.length });
      const time = asOf === undefined ? {} : { asOf };
      const around = await this.graph.explore(namespace, entity.uuid, { depth: 2, limit: neighboursMax, time });
      steps.push({ tool: 'explore_graph', why: `what lies around ${entity.name}`, found: around.facts.length });
      facts.push(...around.facts);
    } else if (first.route !== 'hybrid') {
      const words = await this.searcher.search({ ...request, mode: 'hybrid', limit: hitsMax }, signal);
      steps.push({ tool: 'search_memory', why: 'by meaning and letter as well', found: words.hits.length });
      answers.push(words);
    } else {
      const { documents } = await this.graph.stats(namespace);
      steps.push({ tool: 'get_graph_stats', why: 'how much there is to look in', found: documents });
    }
    return { answers, facts };
  }
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
