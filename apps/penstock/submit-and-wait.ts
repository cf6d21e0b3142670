import { setTimeout as delay } from 'node:timers/promises';

import { classify, TransientFailure, type PenstockFailure } from '#failure';

import type { ApiClient, IngestionReport } from './api-client.js';
import type { Item } from './expand-arguments.js';

/** What became of one item: a report of its ingestion, or why the API refused it. */
export interface Outcome {
  readonly item: Item;
  readonly report?: IngestionReport;
  readonly refusal?: PenstockFailure;
}

interface Options {
  readonly namespace: string;
  readonly force?: boolean;
  readonly timeoutMs: number;
  readonly onSettled: () => void;
}

/** Enough for the stores to work in batches; documents wait in the log, not in memory. */
const inFlightMax = 48;
const firstPollMs = 100;
const pollMsMax = 1000;
const pollGrowth = 1.5;
const terminal = new Set(['live', 'rolled_back', 'failed', 'superseded', 'unchanged', 'retracted']);

/** Submits items, a few at a time, and waits for the outcome of each. Outcomes come in the order of the items. */
export async function submitAndWait(api: ApiClient, items: readonly Item[], options: Options): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      outcomes[index] = await settle(api, item, options);
      options.onSettled();
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlightMax, items.length) }, worker));
  return outcomes;
}

async function settle(api: ApiClient, item: Item, options: Options): Promise<Outcome> {
  try {
    const { ingestionId } = await submit(api, item, options);
    return { item, report: await awaitOutcome(api, ingestionId, options.timeoutMs) };
  } catch (error) {
    return { item, refusal: classify(error) };
  }
}

function submit(
  api: ApiClient,
  { kind, location, documentId }: Item,
  { namespace, force = false }: Options,
): Promise<{ ingestionId: string }> {
  if (kind === 'url') return api.submit({ namespace, documentId, source: 'http', location, force });
  return api.upload(location, { namespace, documentId, force: String(force) });
}

/** @throws TransientFailure if there is no outcome in time; the ingestion goes on all the same. */
export async function awaitOutcome(api: ApiClient, ingestionId: string, timeoutMs: number): Promise<IngestionReport> {
  const deadline = performance.now() + timeoutMs;
  for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMsMax, pollMs * pollGrowth)) {
    const report = await api.ingestion(ingestionId);
    if (terminal.has(report.status)) return report;
    if (performance.now() > deadline) {
      throw new TransientFailure(`ingestion ${ingestionId} is still ${report.status}`, { reason: 'timeout' });
    }
    await delay(pollMs);
  }
}
