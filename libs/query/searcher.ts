import { contentWords, type EmbeddingModel } from '#models';
import { isPassageWay, type AnswerCache } from '#stores/reading';
import type { Metrics } from '#telemetry';

import { deliveredJson, madeAnswer, type AnswerDelivery, type GivenAnswer, type SearchAnswer } from './answer.js';
import { askInSteps } from './ask-in-steps.js';
import type { Indexes } from './ask-ways.js';
import { citePage } from './cite-page.js';
import { comparedBy } from './compared-by.js';
import { fingerprint, makeCursor } from './cursor.js';
import { KeptAnswers } from './kept-answers.js';
import { planRoute, type Plan } from './plan-route.js';
import type { QueryLog } from './query-log.js';
import { QuestionVectors } from './question-vectors.js';
import { checkRequest, offsetMax, type SearchRequest } from './request.js';

export interface SearcherOptions {
  /** How long a store may take each time it is asked before the answer does without it. */
  readonly budgetMs: number;
}

export interface SearcherParts extends Indexes {
  readonly model: EmbeddingModel;
  readonly cache: AnswerCache;
  readonly log: QueryLog;
  readonly metrics: Metrics;
}

/** How much of the budget is waited for a kept answer, and for the version that a new one would be kept under. */
const keptShare = 0.25;
/** Changes when answers get another shape, so that a kept one is never taken for a new one. */
const answerVersion = 5;

/** An answer, and how it came about. */
interface FoundAnswer extends Pick<AnswerDelivery, 'cached' | 'tookMs'> {
  readonly answer: GivenAnswer;
  readonly plan: () => Plan;
}

/** How an answer is kept, and for how long somebody waits for it. */
interface Asking {
  readonly key: string;
  readonly version: Promise<string | undefined>;
  readonly signal: AbortSignal;
}

/**
 * Answers questions from live data: plans, asks the stores side by side, fuses their lists and says of each passage
 * where it is from. An answer is kept until something in its namespace changes.
 */
export class Searcher {
  private readonly kept: KeptAnswers;
  private readonly vectors: QuestionVectors;

  constructor(
    private readonly parts: SearcherParts,
    private readonly options: SearcherOptions,
  ) {
    this.kept = new KeptAnswers(parts.cache, parts.documents, { waitMs: options.budgetMs * keptShare });
    this.vectors = new QuestionVectors(parts.model);
  }

  /** @throws PermanentFailure for a question that makes no sense, TransientFailure if no store could be asked. */
  async search(request: SearchRequest, signal: AbortSignal): Promise<SearchAnswer> {
    const { answer, cached, tookMs, plan } = await this.find(request, signal);
    return { ...answer.content(), cached, tookMs, explain: plan() };
  }

  /** The same as JSON. Nothing of a kept answer is read for that. @throws as `search`. */
  async searchJson(request: SearchRequest, signal: AbortSignal, explain = false): Promise<string> {
    const { answer, cached, tookMs, plan } = await this.find(request, signal);
    return deliveredJson(answer.json(), { cached, tookMs, ...(explain ? { explain: plan() } : {}) });
  }

  private async find(given: SearchRequest, signal: AbortSignal): Promise<FoundAnswer> {
    const startedMs = performance.now();
    const sinceThen = (): number => Math.round((performance.now() - startedMs) * 10) / 10;
    const request = checkRequest(given);
    const plan = onceOnly(() => planRoute(request.query, request.mode, request));
    const key = this.keyOf(request);
    const { answer: kept, version } = await this.kept.find(request.namespace, key, signal);
    const answer =
      kept ??
      (await this.answer(request, plan(), { key, version, signal }).catch((error: unknown) => {
        // Who went away was not left without an answer by us.
        if (!signal.aborted) this.noteFailed(request, plan(), sinceThen());
        throw error;
      }));
    const tookMs = sinceThen();
    this.note(request, answer, { cached: kept !== undefined, tookMs });
    return { answer, cached: kept !== undefined, tookMs, plan };
  }

  private keyOf(request: SearchRequest): string {
    const { limit, offset, namespace } = request;
    return [namespace, answerVersion, this.parts.model.id, fingerprint(request), limit, offset].join(':');
  }

  private async answer(request: SearchRequest, plan: Plan, { key, version, signal }: Asking): Promise<GivenAnswer> {
    const { query, namespace, filter, limit, offset } = request;
    const words = contentWords(query);
    const asOf = request.asOf ?? plan.signals.asOf;
    const vectors = onceOnly(() => this.vectors.of(query, namespace, signal));
    // The model has nothing to do with the version, so nobody waits for one and then for the other.
    if (plan.ways.some(({ way }) => isPassageWay(way))) void vectors().catch(() => undefined);
    const keptAs = await version;
    const asked = { query, words, vectors };
    const next = offset + limit;
    const scope = { namespace, filter, end: next, signal, budgetMs: this.options.budgetMs };
    const found = await askInSteps(plan, this.parts, asOf === undefined ? asked : { ...asked, asOf }, scope);
    const page = found.passages.slice(offset, next);
    const cited = await citePage(page, this.parts, words, { ...scope, without: found.leftOut });
    const leftOut = [...found.leftOut, ...cited.leftOut];
    const more = found.passages.length > next && next <= offsetMax ? { nextCursor: makeCursor(request, next) } : {};
    const embedding = comparedBy(plan, found.leftOut, this.parts.model);
    const answer = madeAnswer({ hits: cited.hits, route: plan.route, embedding, ...found.graph, leftOut, ...more });
    if (keptAs !== undefined && leftOut.length === 0) this.kept.keep(key, keptAs, answer);
    return answer;
  }

  private note(
    { namespace, mode, query }: SearchRequest,
    { route, hits, leftOut }: GivenAnswer,
    { cached, tookMs }: AnswerDelivery,
  ): void {
    const { metrics, log } = this.parts;
    const outcome = leftOut > 0 ? 'partial' : hits === 0 ? 'empty' : 'found';
    metrics.searches.inc({ route, outcome, cached: String(cached) });
    metrics.searchSeconds.observe({ route, cached: String(cached) }, tookMs / 1000);
    metrics.searchHits.observe({ route, cached: String(cached) }, hits);
    log.note({ namespace, mode, query, route, cached, tookMs, hits, leftOut, failed: false });
  }

  private noteFailed({ namespace, mode, query }: SearchRequest, { route, ways }: Plan, tookMs: number): void {
    const { metrics, log } = this.parts;
    metrics.searches.inc({ route, outcome: 'failed', cached: 'false' });
    const nothing = { cached: false, hits: 0, leftOut: ways.length, failed: true };
    log.note({ namespace, mode, query, route, tookMs, ...nothing });
  }
}

function onceOnly<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
