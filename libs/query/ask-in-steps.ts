import { TransientFailure } from '#failure';
import { passageKey, type Scope } from '#stores/reading';

import { askWays, type Asked, type Indexes, type WaysAnswer } from './ask-ways.js';
import { distinctBy } from './distinct-by.js';
import { fuse, type FusedPassage } from './fuse.js';
import type { Plan } from './plan-route.js';
import { limitMax, offsetMax } from './request.js';

/** What a question finds, as deep as a page of it reaches, and one passage more if there is one. */
export interface StepsAnswer extends Pick<WaysAnswer, 'graph' | 'leftOut'> {
  readonly passages: readonly FusedPassage[];
}

/**
 * How many passages each step is good for, the last one for all pages. Each way is asked for more than a short page:
 * fusing sees what stands just below.
 */
const steps = [50, limitMax, 3 * limitMax, offsetMax + limitMax];

/**
 * Asks the ways of a plan for the first `end` passages. Asked for more, stores order what they have otherwise: lists
 * that go deeper fuse otherwise, and equal scores come in another order. So a page that reaches further than a step
 * asks for each step before it as well, in the very words of the pages there, leaves what these showed where it stands,
 * and goes on with the rest of the next step. All pages of a question are thus cuts of one list.
 * @throws TransientFailure if no store could be asked.
 */
export async function askInSteps(
  plan: Plan,
  indexes: Indexes,
  asked: Asked,
  { end, ...scope }: Omit<Scope, 'limit'> & { readonly end: number; readonly budgetMs: number },
): Promise<StepsAnswer> {
  const needed = steps.slice(0, steps.findIndex((reach) => reach >= end) + 1);
  const answers = await Promise.all(
    needed.map((reach) => askWays(plan, indexes, asked, { ...scope, limit: reach + 1 })),
  );
  const leftOut = distinctBy(
    ({ way }) => way,
    answers.flatMap((answer) => answer.leftOut),
  );
  if (answers.some(({ lists }) => lists.length === 0)) {
    const message = `no store could be asked: ${leftOut.map(({ way, reason }) => `${way} ${reason}`).join(', ')}`;
    throw new TransientFailure(message, { reason: 'stores-away' });
  }
  let passages: FusedPassage[] = [];
  answers.forEach(({ lists }, index) => {
    const shown = index === 0 ? [] : passages.slice(0, needed[index - 1]);
    passages = distinctBy(passageKey, [...shown, ...fuse(lists)]);
  });
  return { passages, leftOut, graph: answers.at(-1)?.graph ?? { entities: [], facts: [] } };
}
