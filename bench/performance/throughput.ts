import { storeNames, type StoreName } from '#stores/port';

import { cpuMsOf } from '../stack/cpu-times.js';
import type { Setting } from './setting.js';
import { submitMany } from './submit.js';

/** One way of writing documents, from the first to when the last was live. */
export interface Pace {
  readonly documents: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Milliseconds of CPU for each document, by process. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

export interface Throughput {
  readonly pipeline: Pace;
  readonly ceiling: Pace;
  /** Of the ceiling. */
  readonly share: number;
}

/** Through the whole pipeline, and straight to the stores. */
export async function measureThroughput(setting: Setting): Promise<Throughput> {
  const { documents, warmUp } = setting.options;
  const namespace = setting.namespaceOf('throughput');
  await pipelinePace(setting, setting.namespaceOf('warm-up'), 0, warmUp);
  setting.say(`throughput: ${warmUp} documents to warm up are live`);
  const pipeline = await pipelinePace(setting, namespace, 0, documents);
  await requireLive(setting, namespace, documents);
  setting.say(`throughput: ${pipeline.perSecond.toFixed(1)} documents a second`);
  const ceiling = await measureCeiling(setting);
  setting.say(`throughput: the ceiling is ${ceiling.perSecond.toFixed(1)}`);
  return { pipeline, ceiling, share: pipeline.perSecond / ceiling.perSecond };
}

/** Submits records and waits until the last is live in all four stores. */
export async function pipelinePace(
  { roles, watch }: Pick<Setting, 'roles' | 'watch'>,
  into: string,
  from: number,
  count: number,
): Promise<Pace> {
  const meter = roles.cpuMeter();
  const startedMs = Date.now();
  const accepted = await submitMany(roles.api, into, from, count);
  const liveMs = await Promise.all(accepted.map(({ ingestionId }) => watch.live(ingestionId)));
  const pace = paceOf(count, liveMs.reduce((last, ms) => Math.max(last, ms), 0) - startedMs, meter.usedMs());
  watch.forget();
  return pace;
}

async function requireLive({ clients }: Setting, into: string, count: number): Promise<void> {
  const live = await clients.liveDocuments(into);
  const short = storeNames.filter((store) => live[store] !== count);
  if (short.length > 0) throw new Error(`not all are live: ${JSON.stringify(live)}`);
}

/** The same rows, nodes, points and keys by a plain script: each store in batches, all four side by side. */
async function measureCeiling({ options, maker, clients, roles, namespaceOf, say }: Setting): Promise<Pace> {
  const { documents, batch, warmUp } = options;
  const warm = await maker.makeMany(namespaceOf('ceiling-warm-up'), 0, Math.min(warmUp, batch * 2));
  await Promise.all(storeNames.map((store) => clients.writeLive(store, warm)));
  const parts = await maker.makeMany(namespaceOf('ceiling'), 0, documents);
  say(`throughput: ${documents} documents are made for the ceiling`);
  const meter = roles.cpuMeter();
  const [scriptBefore, startedMs] = [cpuMsOf(process.pid), performance.now()];
  const writeAll = async (store: StoreName): Promise<void> => {
    for (let at = 0; at < parts.length; at += batch) await clients.writeLive(store, parts.slice(at, at + batch));
  };
  await Promise.all(storeNames.map(writeAll));
  const tookMs = performance.now() - startedMs;
  return paceOf(documents, tookMs, { ...meter.usedMs(), script: cpuMsOf(process.pid) - scriptBefore });
}

function paceOf(documents: number, tookMs: number, usedMs: Readonly<Record<string, number>>): Pace {
  const cpuMs = Object.fromEntries(Object.entries(usedMs).map(([name, ms]) => [name, ms / documents]));
  return { documents, seconds: tookMs / 1000, perSecond: (documents * 1000) / tookMs, cpuMs };
}
