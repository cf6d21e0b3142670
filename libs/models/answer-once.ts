import { classify, TransientFailure, type PenstockFailure } from '#failure';

import { answerId, type Answer, type AnswerKey, type AnswerStore } from './answers.js';
import type { ModelUsage } from './extraction-model.js';
import { free } from './total-usage.js';

/** Something a model is asked; equal keys are one question. */
export interface Question {
  readonly key: AnswerKey;
}

/** Answers to a group of questions, in their order, and what each of them cost. */
export type AskModel<Q extends Question> = (
  group: readonly Q[],
) => Promise<readonly { readonly answer: Answer; readonly usage: ModelUsage }[]>;

export interface AnswerOnceOptions<Q extends Question> {
  /** Groups the questions that are paid for; answers are kept by group, so a failure loses those of one at most. */
  readonly groupsOf: (questions: readonly Q[]) => readonly (readonly Q[])[];
  /** Groups that are asked at the same time. */
  readonly parallel: number;
  /** After so long no further group is begun: what is answered is kept, and the rest is for another try. */
  readonly sliceMs: number;
  readonly nowMs: () => number;
}

export interface Answered {
  /** By `answerId`. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** What each answer cost that was paid for now. */
  readonly paid: Map<string, ModelUsage>;
}

/**
 * Answers questions from what is kept, and asks a model for the rest; answers are kept before they are returned, and
 * the first one wins.
 * @throws whatever asking throws, after what else was under way is kept. Once something new is kept, a transient
 *   failure is uncounted: the next try has less to do.
 */
export async function answerOnce<Q extends Question>(
  store: AnswerStore,
  questions: readonly Q[],
  ask: AskModel<Q>,
  options: AnswerOnceOptions<Q>,
): Promise<Answered> {
  const distinct = new Map(questions.map((question) => [answerId(question.key), question]));
  const answers = await store.load([...distinct.values()].map(({ key }) => key));
  const paid = new Map<string, ModelUsage>();
  const missing = [...distinct].filter(([id]) => !answers.has(id)).map(([, question]) => question);
  const untilMs = options.nowMs() + options.sliceMs;
  const groups = options.groupsOf(missing)[Symbol.iterator]();
  const failures: PenstockFailure[] = [];
  const work = async (): Promise<void> => {
    while (failures.length === 0) {
      const { value: group, done } = groups.next();
      if (done === true) return;
      if (options.nowMs() >= untilMs && paid.size > 0) failures.push(unfinished(paid.size));
      else await payFor(group).catch((error: unknown) => failures.push(classify(error)));
    }
  };
  const payFor = async (group: readonly Q[]): Promise<void> => {
    const found = await ask(group);
    if (found.length !== group.length) {
      throw new TransientFailure('a model left questions unanswered', { reason: 'model-answer-incomplete' });
    }
    const entries = group.map(({ key }, index) => ({ key, answer: found[index]?.answer ?? {} }));
    for (const [id, answer] of await store.keep(entries)) answers.set(id, answer);
    group.forEach(({ key }, index) => paid.set(answerId(key), found[index]?.usage ?? free));
  };
  await Promise.all(Array.from({ length: options.parallel }, work));
  const worst = failures.find(({ kind }) => kind !== 'transient') ?? failures[0];
  if (worst !== undefined) throw paid.size > 0 ? furtherOn(worst) : worst;
  return { answers, paid };
}

function unfinished(answered: number): TransientFailure {
  const message = `${answered} answers came in the time there was; the others come next`;
  return new TransientFailure(message, { reason: 'model-unfinished', uncounted: true });
}

function furtherOn(failure: PenstockFailure): PenstockFailure {
  if (failure.kind !== 'transient' || failure.uncounted) return failure;
  const { reason, retryAfterMs, message } = failure;
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new TransientFailure(message, { reason, uncounted: true, cause: failure, ...asked });
}
