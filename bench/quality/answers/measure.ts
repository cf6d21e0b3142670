import type { EmbeddingModel } from '#models';
import { Searcher, searchModes, ways, type SearchMode, type Way } from '#query';
import { Metrics } from '#telemetry';

import { ndcgOfTen } from '../retrieval/rank.js';
import { extract, indexOf, MemoryDocuments, MemoryFacts, MemoryPassages, NoCache } from './memory-stores.js';
import { isForTuning, labelledQuestions, type LabelledQuestion } from './questions.js';
import { documents } from './world.js';

/** nDCG@10 of a mode, over all questions and over those of each kind. */
export type Scores = Readonly<Record<Way | 'all', number>>;

export interface AnswersScore {
  readonly questions: Readonly<Record<Way | 'all', number>>;
  readonly modes: Readonly<Record<SearchMode, Scores>>;
}

/** Asks every question of one part in every mode: the product's own search, over stores in memory. */
export async function measureAnswers(model: EmbeddingModel, part: 'tuning' | 'held'): Promise<AnswersScore> {
  const searcher = await makeSearcher(model);
  const asked = labelledQuestions().filter((question) => isForTuning(question) === (part === 'tuning'));
  const modes = {} as Record<SearchMode, Scores>;
  for (const mode of searchModes) {
    const scores: [LabelledQuestion, number][] = [];
    for (const question of asked) scores.push([question, await scoreOf(searcher, question, mode)]);
    modes[mode] = byKind(scores, (some) => some.reduce((sum, [, score]) => sum + score, 0) / some.length);
  }
  return {
    modes,
    questions: byKind(
      asked.map((question) => [question, 0]),
      ({ length }) => length,
    ),
  };
}

async function makeSearcher(model: EmbeddingModel): Promise<Searcher> {
  const world = documents();
  const said = await extract(world);
  const stores = {
    passages: new MemoryPassages(await indexOf(world, model)),
    facts: new MemoryFacts(said),
    documents: new MemoryDocuments(said),
  };
  const log = { note: () => undefined };
  return new Searcher({ ...stores, model, cache: new NoCache(), log, metrics: new Metrics() }, { budgetMs: 60_000 });
}

async function scoreOf(searcher: Searcher, { text, relevant }: LabelledQuestion, mode: SearchMode): Promise<number> {
  const request = { query: text, namespace: 'bench', mode, filter: {}, limit: 10, offset: 0 };
  const { hits } = await searcher.search(request, new AbortController().signal);
  return ndcgOfTen(hits, relevant);
}

function byKind(
  scores: readonly (readonly [LabelledQuestion, number])[],
  of: (some: readonly (readonly [LabelledQuestion, number])[]) => number,
): Scores {
  const kinds = ways.map((way) => [way, of(scores.filter(([{ kind }]) => kind === way))]);
  return { ...(Object.fromEntries(kinds) as Record<Way, number>), all: of(scores) };
}
