import type { Config } from '#config';
import { topics } from '#events';
import { PermanentFailure } from '#failure';

const dayMs = 24 * 60 * 60 * 1000;
/** The extractor and the embedder, one after the other. */
const payingStages = 2;
/** For all else that happens to a document, backlogs included; what was parked meets those of its topic again. */
const graceMs = dayMs;

/**
 * The longest time for which a document may wait for a budget: what waits lies in a topic, and other parts of it may
 * lie undecided in the saga log, which all writers read again from there. Pure.
 */
export function mostBudgetWaitMs(): number {
  const retentions = [topics.parsed, topics.extracted, topics.saga].map(({ retentionMs }) => retentionMs);
  return (Math.min(...retentions) - graceMs) / payingStages;
}

/** @throws PermanentFailure `bad-configuration` if a wait could outlive what waits. */
export function requireBudgetWaitsToEnd({ budgetWaitMsMax }: Pick<Config, 'budgetWaitMsMax'>): void {
  const mostMs = mostBudgetWaitMs();
  if (budgetWaitMsMax <= mostMs) return;
  const days = Math.floor(mostMs / dayMs);
  throw new PermanentFailure(
    `PENSTOCK_BUDGET_WAIT_MAX: must be at most ${days}d: topics keep what waits for no longer`,
    { reason: 'bad-configuration' },
  );
}
