import type { EventName } from '#events';

import { timesOf, type Times } from '../times/times.js';
import type { SeenEvent } from './event-watch.js';
import type { Setting } from './setting.js';
import { submitOne } from './submit.js';

const warmUpDocuments = 20;

export interface Latency {
  /** From the answer 202 until the last store says that it shows the document. */
  readonly live: Times;
  /** From the request until its answer. */
  readonly accepted: Times;
  /** Each way of a document from one event to the next, in their order. */
  readonly hops: readonly { readonly name: string; readonly times: Times }[];
  /** From the last part until a store has it pending, and from the fourth receipt until it shows it. */
  readonly stores: readonly { readonly name: string; readonly pending: Times; readonly promoted: Times }[];
}

interface OneDocument {
  readonly sentMs: number;
  readonly acceptedMs: number;
  readonly liveMs: number;
  readonly events: readonly SeenEvent[];
}

/** One document at a time: the next is sent when the last is live. */
export async function measureLatency(setting: Setting): Promise<Latency> {
  const { latency } = setting.options;
  for (let number = 0; number < warmUpDocuments; number += 1) await sendOne(setting, 'latency-warm-up', number);
  const documents: OneDocument[] = [];
  for (let number = 0; number < latency; number += 1) documents.push(await sendOne(setting, 'latency', number));
  const found = latencyOf(documents);
  setting.say(`latency: p50 ${found.live.p50.toFixed(0)} ms, p95 ${found.live.p95.toFixed(0)} ms`);
  return found;
}

/** Sends a document and waits until it is live. */
export async function sendOne(
  { roles, watch, namespaceOf }: Setting,
  into: string,
  number: number,
): Promise<OneDocument> {
  const sentMs = Date.now();
  const { ingestionId } = await submitOne(roles.api, namespaceOf(into), number);
  const acceptedMs = Date.now();
  const liveMs = await watch.live(ingestionId);
  const events = watch.eventsOf(ingestionId);
  return { sentMs, acceptedMs, liveMs, events };
}

const steps: readonly (readonly [name: string, until: EventName])[] = [
  ['API, outbox and relay', 'DocumentSubmitted'],
  ['stager', 'DocumentStaged'],
  ['parser', 'DocumentParsed'],
  ['extractor', 'DocumentExtracted'],
  ['embedder', 'DocumentEmbedded'],
  ['writers, to the fourth receipt', 'StoreWritten'],
  ['writers, to live', 'StorePromoted'],
];

function latencyOf(documents: readonly OneDocument[]): Latency {
  const hops = steps.map(([name, until], index) => {
    const from = steps[index - 1]?.[1];
    const took = documents.map((one) => lastOf(one, until) - (from === undefined ? one.acceptedMs : lastOf(one, from)));
    return { name, times: timesOf(took) };
  });
  const writers = [...new Set(documents[0]?.events.filter(isPromotion).map(({ role }) => role))].sort();
  const stores = writers.map((name) => ({
    name,
    pending: timesOf(documents.map((one) => lastOf(one, 'StoreWritten', name) - lastOf(one, 'DocumentEmbedded'))),
    promoted: timesOf(documents.map((one) => lastOf(one, 'StorePromoted', name) - lastOf(one, 'StoreWritten'))),
  }));
  return {
    live: timesOf(documents.map(({ liveMs, acceptedMs }) => liveMs - acceptedMs)),
    accepted: timesOf(documents.map(({ acceptedMs, sentMs }) => acceptedMs - sentMs)),
    ...{ hops, stores },
  };
}

const isPromotion = ({ type }: SeenEvent): boolean => type === 'StorePromoted';

function lastOf({ events }: OneDocument, type: EventName, role?: string): number {
  const own = events.filter((event) => event.type === type && (role === undefined || event.role === role));
  return Math.max(...own.map(({ atMs }) => atMs));
}
