import { answerId, type AnswerStore } from './answers.js';
import { Asking } from './asking.js';
import type { AnswerOnceOptions, Answered, AskModel, Question } from './questions.js';
import { free } from './total-usage.js';

/**
 * Answers questions, in their order, from what is kept, and asks a model for the rest; answers are kept before they are
 * returned, and the first one wins. Of equal questions the first one has the cost.
 * @throws whatever asking throws, after what else was under way is kept, and TransientFailure `model-asked-elsewhere`
 *   if others did not come to an answer in time. Once there is something new, a transient failure is uncounted: the
 *   next try has less to do.
 */
export async function answerOnce<Q extends Question>(
  store: AnswerStore,
  questions: readonly Q[],
  ask: AskModel<Q>,
  options: AnswerOnceOptions<Q>,
): Promise<Answered[]> {
  const distinct = new Map(questions.map((question) => [answerId(question.key), question]));
  const answers = await store.load([...distinct.values()].map(({ key }) => key));
  const asking = new Asking(store, answers, ask, options);
  await asking.finish([...distinct].filter(([id]) => !answers.has(id)).map(([, question]) => question));
  const paid = new Map(asking.paid);
  const reused = questions.length - paid.size;
  if (questions[0] && reused > 0) options.onReused?.(questions[0].key.model, reused);
  return questions.map(({ key }) => {
    const id = answerId(key);
    const usage = paid.get(id) ?? free;
    paid.delete(id);
    return { answer: answers.get(id) ?? {}, usage };
  });
}
