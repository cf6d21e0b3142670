import { setTimeout as delay } from 'node:timers/promises';

import { classify, TransientFailure, type PenstockFailure } from '#failure';

import type { Accepted, ApiClient, IngestionReport } from './api-client.js';
import type { Item } from './expand-arguments.js';

/** What became of one item: a report of its ingestion, or why there is none. */
export interface Outcome {
  readonly item: Item;
  readonly report?: IngestionReport;
  readonly refusal?: PenstockFailure;
}

export interface SubmitOptions {
  readonly namespace: string;
  readonly force?: boolean;
  readonly timeoutMs: number;
  /** Told of each outcome as soon as it and all before it are known. */
  readonly onSettled: (outcome: Outcome) => void;
  /** Ends the waiting; what was submitted goes on all the same. */
  readonly signal?: AbortSignal;
}

/** Enough for the stores to work in batches; documents wait in the log, not in memory. */
const inFlightMax = 48;
const firstPollMs = 100;
const pollMsMax = 1000;
const pollGrowth = 1.5;
/** So long the API may be away while an outcome is waited for, as when it is started again. */
const awayMsMax = 60_000;
const terminal = new Set(['live', 'rolled_back', 'failed', 'superseded', 'unchanged', 'retracted']);

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

/** What became of one item; never throws. */
export async function settle(api: ApiClient, item: Item, options: SubmitOptions): Promise<Outcome> {
  try {
    const { ingestionId } = await submit(api, item, options);
    return { item, report: await awaitOutcome(api, ingestionId, options.timeoutMs, options.signal) };
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

/**
 * @throws TransientFailure if there is no outcome in time, or no answer for a minute; the ingestion goes on all the
 *   same.
 */
export async function awaitOutcome(
  api: ApiClient,
  ingestionId: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<IngestionReport> {
  const deadline = performance.now() + timeoutMs;
  let answeredMs = performance.now();
  let status = 'submitted';
  for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMsMax, pollMs * pollGrowth)) {
    const report = await api.ingestion(ingestionId).catch((error: unknown) => {
      if (!(error instanceof TransientFailure) || performance.now() - answeredMs > awayMsMax) throw error;
    });
    if (report !== undefined) {
      if (terminal.has(report.status)) return report;
      answeredMs = performance.now();
      status = report.status;
    }
    if (signal?.aborted === true) {
      throw new TransientFailure(`not waited for; ingestion ${ingestionId} goes on`, { reason: 'interrupted' });
    }
    if (performance.now() > deadline) {
      throw new TransientFailure(`ingestion ${ingestionId} is still ${status}`, { reason: 'timeout' });
    }
    await delay(pollMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
