import type { DocumentEmbedded } from '#events';
import { storeNames, type StoreName, type StoreWriter } from '#stores/port';

import { createPlatform } from '../../apps/platform.js';
import { makeStoreWriter } from '../../apps/stores.js';
import { CpuMeter, cpuMsOf } from '../stack/cpu-times.js';
import type { Setting } from './setting.js';

/** What a document costs by one way of writing it. */
export interface Cost {
  /** Milliseconds by the clock, one store after the other. */
  readonly ms: number;
  /** Milliseconds of CPU of the client and of the service. */
  readonly cpuMs: number;
}

export interface StoreCost {
  readonly store: string;
  readonly direct: Cost;
  /** Written pending, then promoted. */
  readonly promised: Cost;
}

export interface PromiseCost {
  readonly documents: number;
  readonly batch: number;
  readonly stores: readonly StoreCost[];
}

type Way = 'direct' | 'promised';

/** The same batches to the same store by both ways in turn: pending and promoted, or live at once. */
export async function measurePromise(setting: Setting): Promise<PromiseCost> {
  const { options, maker, say } = setting;
  const { promise: documents, batch } = options;
  const made = new Map<Way, DocumentEmbedded[]>();
  for (const way of ['direct', 'promised'] as const) {
    made.set(way, await maker.makeMany(setting.namespaceOf(`promise-${way}`), 0, documents + batch));
  }
  const platform = createPlatform(setting.config, 'bench');
  await platform.codec.start();
  const stores: StoreCost[] = [];
  try {
    for (const store of storeNames) {
      const writer = makeStoreWriter(platform, store);
      await writer.prepare();
      stores.push(await costOf(setting, store, writer, made));
      await writer.close();
      say(`promise: ${store} is measured`);
    }
  } finally {
    await platform.pool.end();
  }
  return { documents, batch, stores };
}

async function costOf(
  { options, clients, stack }: Setting,
  store: StoreName,
  writer: StoreWriter,
  made: ReadonlyMap<Way, readonly DocumentEmbedded[]>,
): Promise<StoreCost> {
  const { signal } = new AbortController();
  const write = async (way: Way, parts: readonly DocumentEmbedded[]): Promise<void> => {
    if (way === 'direct') return clients.writeLive(store, parts);
    await writer.writePending({ parts, receipts: [], signal });
    const results = await writer.promote(parts, signal);
    if (results.some(({ state }) => state !== 'live')) throw new Error(`${store} did not promote all`);
  };
  const service = stack.pidOf(store);
  const meter = new CpuMeter(new Map(service === undefined ? [] : [[store, service]]));
  const sums = { direct: { ms: 0, cpuMs: 0 }, promised: { ms: 0, cpuMs: 0 } };
  for (let at = 0, turn = 0; at < options.promise + options.batch; at += options.batch, turn += 1) {
    const ways: Way[] = ['direct', 'promised'];
    for (const way of turn % 2 === 0 ? ways : ways.reverse()) {
      const parts = made.get(way)?.slice(at, at + options.batch) ?? [];
      meter.restart();
      const [ownBefore, startedMs] = [cpuMsOf(process.pid), performance.now()];
      await write(way, parts);
      // The first batch warms plans and code.
      if (turn === 0) continue;
      sums[way].ms += (performance.now() - startedMs) / options.promise;
      sums[way].cpuMs += (cpuMsOf(process.pid) - ownBefore + (meter.usedMs()[store] ?? 0)) / options.promise;
    }
  }
  return { store, ...sums };
}
