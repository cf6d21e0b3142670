import { classify, TransientFailure } from '#failure';
import {
  passageWays,
  type DocumentIndex,
  type FactIndex,
  type PassageIndex,
  type PassageWay,
  type QueryVectors,
  type RankedPassage,
  type Scope,
} from '#stores/reading';

import type { LeftOut } from './answer.js';
import { askGraph, type GraphAnswer } from './ask-graph.js';
import { fieldWords } from './field-words.js';
import type { RankedList } from './fuse.js';
import { storesOf, type Plan, type Way } from './plan-route.js';
import { within } from './within.js';

/** The stores, as a question sees them. */
export interface Indexes {
  readonly passages: PassageIndex;
  readonly facts: FactIndex;
  readonly documents: DocumentIndex;
}

export interface Asked {
  readonly query: string;
  readonly words: readonly string[];
  /** Asked for only if a way needs them. */
  readonly vectors: () => Promise<QueryVectors>;
  readonly asOf?: number;
}

export interface WaysAnswer {
  readonly lists: readonly RankedList[];
  readonly graph: Pick<GraphAnswer, 'entities' | 'facts'>;
  readonly leftOut: readonly LeftOut[];
}

const isOver = new TransientFailure('all ways have answered, or had their time', { reason: 'aborted' });
const nothingKnown = { entities: [], facts: [] };

/** Asks all ways of a plan at once; what fails or is not there within the budget is left out, and said so. */
export async function askWays(
  plan: Plan,
  indexes: Indexes,
  asked: Asked,
  { budgetMs, ...scope }: Scope & { readonly budgetMs: number },
): Promise<WaysAnswer> {
  const over = new AbortController();
  const signal = AbortSignal.any([scope.signal, over.signal]);
  let graph: WaysAnswer['graph'] = nothingKnown;
  let fitting = false;
  const byPassage = passageWays.filter((one) => plan.ways.some(({ way }) => way === one));
  let lists: ReturnType<PassageIndex['lists']> | undefined;
  const listOf = async (way: PassageWay): Promise<readonly RankedPassage[]> => {
    lists ??= asked
      .vectors()
      .then((vectors) => indexes.passages.lists(byPassage, vectors, { ...scope, ...depthFor(plan, scope), signal }));
    return (await lists).get(way) ?? [];
  };
  const ask = async (way: Way): Promise<readonly RankedPassage[]> => {
    if (way === 'metadata') {
      return indexes.documents.matching(fieldWords(asked.words), { ...scope, signal, offset: 0 });
    }
    if (way !== 'graph') return listOf(way);
    const found = await askGraph(indexes, asked, { ...scope, signal });
    graph = { entities: found.entities, facts: found.facts };
    fitting = found.fitting;
    return found.passages;
  };
  const settled = await Promise.allSettled(plan.ways.map(({ way }) => within(ask(way), budgetMs, signal)));
  // With no reason one is made, stack and all, for every question.
  over.abort(isOver);
  const answered: RankedList[] = [];
  const leftOut: LeftOut[] = [];
  const weights = weightsOf(plan, asked, fitting);
  settled.forEach((answer, index) => {
    const { way } = plan.ways[index] as Plan['ways'][number];
    const weight = weights[index] as number;
    if (answer.status === 'fulfilled') answered.push({ name: way, weight, passages: answer.value });
    else leftOut.push({ way, stores: storesOf[way], reason: classify(answer.reason).reason });
  });
  return { lists: answered, graph, leftOut };
}

/**
 * As the plan has them, or the other way round if the graph knows no fact that fits: a name that is mentioned often
 * would bury the best passages under whatever mentions it. At a time nothing else knows better than the graph does.
 */
function weightsOf({ route, ways }: Plan, { asOf }: Asked, fitting: boolean): number[] {
  const weights = ways.map(({ weight }) => weight);
  return route === 'graph' && !fitting && asOf === undefined ? weights.reverse() : weights;
}

/**
 * Beside a way that knows better, the fused list is a second opinion: it looks no deeper than it may answer, which is
 * still deeper than `bench/quality` measures it, and leaves that much of the machine to the other stores.
 */
function depthFor({ route }: Plan, { limit }: Scope): { readonly depth?: number } {
  return route === 'hybrid' ? {} : { depth: limit };
}
