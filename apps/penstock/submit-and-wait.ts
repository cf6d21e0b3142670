import { classify } from '#failure';

import type { Accepted, ApiClient } from './api-client.js';
import { awaitOutcome } from './await-outcome.js';
import type { Item } from './expand-arguments.js';
import type { Outcome } from './outcome.js';
import { settleInside } from './settle-inside.js';

export interface SubmitOptions {
  readonly namespace: string;
  readonly force?: boolean;
  /** For a document, and again for all that lies in it. */
  readonly timeoutMs: number;
  /** Told of each outcome as soon as it and all before it are known. */
  readonly onSettled: (outcome: Outcome) => void;
  /** Ends the waiting; what was submitted goes on all the same. */
  readonly signal?: AbortSignal;
}

/** Enough for the stores to work in batches; documents wait in the log, not in memory. */
const inFlightMax = 48;

/**
 * Submits items as they come, a few at a time, and waits for the outcome of each. Outcomes come in the order of the
 * items; `onSettled` hears of them in that order too.
 */
export async function submitAndWait(
  api: ApiClient,
  items: Iterable<Item> | AsyncIterable<Item>,
  options: SubmitOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let taken = 0;
  let told = 0;
  const queue = each(items);
  const worker = async (): Promise<void> => {
    for (let next = await queue.next(); next.done !== true; next = await queue.next()) {
      if (options.signal?.aborted === true) return;
      const index = taken;
      taken += 1;
      const outcome = await settle(api, next.value, options);
      outcomes[index] = outcome;
      for (let known = outcomes[told]; known !== undefined; known = outcomes[told]) {
        told += 1;
        options.onSettled(known);
      }
    }
  };
  await Promise.all(Array.from({ length: inFlightMax }, worker));
  return outcomes.filter((outcome) => outcome !== undefined);
}

async function* each(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item> {
  yield* items;
}

/** What became of one item, and of the documents that lie in it; never throws. */
export async function settle(api: ApiClient, item: Item, options: SubmitOptions): Promise<Outcome> {
  try {
    const { ingestionId } = await submit(api, item, options);
    const report = await awaitOutcome(api, ingestionId, options.timeoutMs, options.signal);
    const inside = item.kind === 'record' ? [] : await settleInside(api, report, options);
    return { item, report, ...(inside.length === 0 ? {} : { inside }) };
  } catch (error) {
    return { item, refusal: classify(error) };
  }
}

function submit(api: ApiClient, item: Item, { namespace, force = false }: SubmitOptions): Promise<Accepted> {
  const { kind, location, documentId } = item;
  switch (kind) {
    case 'url':
      return api.submit({ namespace, documentId, source: 'http', location, force });
    case 'file':
      return api.upload(location, { namespace, documentId, force: String(force) });
    case 'record':
    case 'skipped':
      if (item.problem !== undefined) throw item.problem;
      return api.submitRecord({ namespace, documentId, force, ...(item.type && { type: item.type }) }, item.json ?? '');
  }
}
