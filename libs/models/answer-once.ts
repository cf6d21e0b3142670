import { classify, TransientFailure, type PenstockFailure } from '#failure';

import { answerId, type Answer, type AnswerKey, type AnswerStore } from './answers.js';
import type { ModelUsage } from './extraction-model.js';
import { free } from './total-usage.js';

/** Something a model is asked; equal keys are one question. */
export interface Question {
  readonly key: AnswerKey;
}

/** An answer, and what it cost this time. */
export interface Answered {
  readonly answer: Answer;
  readonly usage: ModelUsage;
}

/** Answers to a group of questions, in their order. */
export type AskModel<Q extends Question> = (group: readonly Q[]) => Promise<readonly Answered[]>;

/** What whoever makes a model that answers once may set. */
export interface AskingOptions {
  /** Told how many answers there was no call for. */
  readonly onReused?: (model: string, answers: number) => void;
  /** Groups that are asked at the same time. */
  readonly parallel: number;
  /** After so long no further group is begun: what is answered is kept, and the rest is for another try. */
  readonly sliceMs: number;
}

export interface AnswerOnceOptions<Q extends Question> extends AskingOptions {
  /** Groups the questions that are paid for; answers are kept by group, so a failure loses those of one at most. */
  readonly groupsOf: (questions: readonly Q[]) => readonly (readonly Q[])[];
}

/**
 * Answers questions, in their order, from what is kept, and asks a model for the rest; answers are kept before they are
 * returned, and the first one wins. Of equal questions the first one has the cost.
 * @throws whatever asking throws, after what else was under way is kept. Once something new is kept, a transient
 *   failure is uncounted: the next try has less to do.
 */
export async function answerOnce<Q extends Question>(
  store: AnswerStore,
  questions: readonly Q[],
  ask: AskModel<Q>,
  options: AnswerOnceOptions<Q>,
): Promise<Answered[]> {
  const distinct = new Map(questions.map((question) => [answerId(question.key), question]));
  const answers = await store.load([...distinct.values()].map(({ key }) => key));
  const paid = new Map<string, ModelUsage>();
  const missing = [...distinct].filter(([id]) => !answers.has(id)).map(([, question]) => question);
  const untilMs = performance.now() + options.sliceMs;
  const groups = options.groupsOf(missing)[Symbol.iterator]();
  const failures: PenstockFailure[] = [];
  const work = async (): Promise<void> => {
    while (failures.length === 0) {
      const { value: group, done } = groups.next();
      if (done === true) return;
      if (performance.now() >= untilMs && paid.size > 0) failures.push(unfinished(paid.size));
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
  const reused = questions.length - paid.size;
  if (questions[0] && reused > 0) options.onReused?.(questions[0].key.model, reused);
  return questions.map(({ key }) => {
    const id = answerId(key);
    const usage = paid.get(id) ?? free;
    paid.delete(id);
    return { answer: answers.get(id) ?? {}, usage };
  });
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
