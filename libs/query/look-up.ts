import type { GraphStats, KnownEntity, KnownFact } from '#stores/reading';

import type { LeftOut, SearchAnswer } from './answer.js';
import { asksHowMuch } from './asked-for.js';
import { attempt } from './attempt.js';
import { distinctBy } from './distinct-by.js';
import type { GraphReader } from './graph-reader.js';
import { hasFilter } from './has-filter.js';
import { storesOf } from './plan-route.js';
import type { SearchRequest } from './request.js';
import type { Searcher } from './searcher.js';
import { stoppedAfter, within } from './within.js';

/** Something that was looked up on the way to an answer. */
export interface Step {
  readonly tool: 'search_memory' | 'search_as_of' | 'get_entity_timeline' | 'explore_graph' | 'get_graph_stats';
  readonly why: string;
  /** How much it found. */
  readonly found: number;
}

/** Where a question is looked up. */
export interface Sources {
  readonly searcher: Pick<Searcher, 'search'>;
  readonly graph: Pick<GraphReader, 'timeline' | 'explore' | 'stated' | 'stats'>;
  /** How long each look-up in the graph may take before the answer does without it. */
  readonly budgetMs: number;
}

/** What is asked, and what the answer does without so far. */
interface Asking {
  readonly request: SearchRequest;
  readonly asOf: number | undefined;
  readonly leftOut: LeftOut[];
  readonly signal: AbortSignal;
}

/** What was found. */
export interface Found {
  readonly first: SearchAnswer;
  readonly answers: readonly SearchAnswer[];
  /** Facts that hold, or held at the time that is asked for, the fitting ones first. */
  readonly facts: readonly KnownFact[];
  /** Whatever was ever said of what the question names, oldest first. */
  readonly timeline: readonly KnownFact[];
  readonly entities: readonly KnownEntity[];
  /** How much there is, if that was asked for. */
  readonly stats?: GraphStats;
  readonly steps: readonly Step[];
  readonly leftOut: LeftOut[];
}

export const hitsMax = 8;
const timelineMax = 100;
const neighboursMax = 20;
/** So many times as many are looked through where a filter may leave few of them. */
const filteredTimes = 5;
/** Each takes two look-ups; with a search and another one it is six in all. */
const entitiesMax = 2;

/**
 * Looks a question up in two to six ways, planned from what it and the first answer say. A store that is away or slow
 * costs its look-up, not the answer.
 * @throws PermanentFailure for a question that makes no sense, TransientFailure if no store could be asked.
 */
export async function lookUp(sources: Sources, request: SearchRequest, signal: AbortSignal): Promise<Found> {
  const { searcher, graph, budgetMs } = sources;
  const first = await searcher.search({ ...request, limit: hitsMax }, signal);
  const why = first.explain?.why ?? first.route;
  const step: Step = { tool: 'search_memory', why, found: first.hits.length };
  const leftOut = [...first.leftOut];
  const found = { first, answers: [first], facts: first.facts, timeline: [], entities: first.entities, leftOut };
  if (request.query.trim() === '') return { ...found, steps: [step] };
  if (asksHowMuch(request)) {
    const work = within(graph.stats(request.namespace), budgetMs, signal);
    const stats = await attempt(work, leftOut, { way: 'stats', stores: ['neo4j'] });
    if (stats === undefined) return { ...found, steps: [step] };
    const counted: Step = { tool: 'get_graph_stats', why: 'it asks how much there is', found: stats.documents };
    return { ...found, stats, steps: [step, counted] };
  }
  const second = await searchAgain(sources, request, first, leftOut, signal);
  const answers = second === undefined ? [first] : [first, second.answer];
  const entities = distinctBy(
    ({ uuid }) => uuid,
    answers.flatMap((answer) => answer.entities),
  ).slice(0, entitiesMax);
  const asking = { request, asOf: asOfOf(request, first), leftOut, signal };
  const around = await Promise.all(entities.map((entity) => lookAround(sources, entity, asking)));
  return {
    ...{ first, answers, entities, leftOut },
    facts: distinctFacts([...answers.flatMap(({ facts }) => facts), ...around.flatMap(({ facts }) => facts)]),
    timeline: distinctFacts(around.flatMap(({ timeline }) => timeline)),
    steps: [step, ...(second === undefined ? [] : [second.step]), ...around.flatMap(({ steps }) => steps)],
  };
}

/** The time that a question asks for, by its field or in its words. */
export function asOfOf({ asOf }: SearchRequest, { explain }: SearchAnswer): number | undefined {
  return asOf ?? explain?.signals.asOf;
}

/** Another way than the first: through the graph, or if that knows nothing of what is named, by meaning and letter. */
async function searchAgain(
  { searcher }: Sources,
  request: SearchRequest,
  first: SearchAnswer,
  leftOut: LeftOut[],
  signal: AbortSignal,
): Promise<{ readonly answer: SearchAnswer; readonly step: Step } | undefined> {
  if (first.route === 'graph' && first.entities.length > 0) return undefined;
  const mode = first.route === 'graph' ? 'hybrid' : 'graph';
  const asOf = asOfOf(request, first);
  const time = asOf === undefined ? {} : { asOf };
  const work = searcher.search({ ...request, ...time, mode, offset: 0, limit: hitsMax }, signal);
  const answer = await attempt(work, leftOut, { way: mode, stores: storesOf[mode] });
  if (answer === undefined) return undefined;
  leftOut.push(...answer.leftOut.filter(({ way }) => !leftOut.some((one) => one.way === way)));
  if (mode === 'hybrid') {
    return { answer, step: { tool: 'search_memory', why: 'by meaning and letter as well', found: answer.hits.length } };
  }
  const step: Pick<Step, 'tool' | 'why'> =
    asOf === undefined
      ? { tool: 'search_memory', why: 'what it names, and the facts around that' }
      : { tool: 'search_as_of', why: 'it names a time' };
  return { answer, step: { ...step, found: answer.facts.length } };
}

/** What was said of a thing and what lies around it; with a filter only what a document that it lets through states. */
async function lookAround(
  sources: Sources,
  { uuid, name }: KnownEntity,
  asking: Asking,
): Promise<Pick<Found, 'facts' | 'timeline' | 'steps'>> {
  const { graph, budgetMs } = sources;
  const { request, asOf, leftOut, signal } = asking;
  const { namespace } = request;
  const times = hasFilter(request.filter) ? filteredTimes : 1;
  const bounds = { depth: 2, limit: neighboursMax * times, time: asOf === undefined ? {} : { asOf } };
  const look = <T>(way: LeftOut['way'], work: (until: AbortSignal) => Promise<T>): Promise<T | undefined> =>
    attempt(stoppedAfter(work, budgetMs, signal), leftOut, { way, stores: ['neo4j'] });
  const [timeline, around] = await Promise.all([
    look('timeline', (until) => graph.timeline(namespace, uuid, timelineMax * times, undefined, until)),
    look('neighbourhood', (until) => graph.explore(namespace, uuid, { ...bounds, signal: until })),
  ]);
  const [said, facts] = [timeline?.items ?? [], around?.facts ?? []];
  const stated = await statedOf(sources, [...said, ...facts], asking);
  const found = {
    timeline: said.filter(({ uuid: fact }) => stated.has(fact)).slice(0, timelineMax),
    facts: facts.filter(({ uuid: fact }) => stated.has(fact)).slice(0, neighboursMax),
  };
  const steps: Step[] = [];
  if (timeline !== undefined) {
    steps.push({ tool: 'get_entity_timeline', why: `it names ${name}`, found: found.timeline.length });
  }
  if (around !== undefined) {
    steps.push({ tool: 'explore_graph', why: `what lies around ${name}`, found: found.facts.length });
  }
  return { ...found, steps };
}

/** By uuid, those of the facts that may be told; none if there is a filter, and the store away that could say which. */
async function statedOf(
  { graph, budgetMs }: Sources,
  facts: readonly KnownFact[],
  { request, leftOut, signal }: Asking,
): Promise<ReadonlySet<string>> {
  const uuids = new Set(facts.map(({ uuid }) => uuid));
  if (uuids.size === 0 || !hasFilter(request.filter)) return uuids;
  const work = within(graph.stated([...uuids], request), budgetMs, signal);
  return (await attempt(work, leftOut, { way: 'entities', stores: ['postgres'] })) ?? new Set();
}

function distinctFacts(facts: readonly KnownFact[]): KnownFact[] {
  return distinctBy(({ uuid }) => uuid, facts);
}
