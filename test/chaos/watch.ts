import { setTimeout as pause } from 'node:timers/promises';

import { storeNames, type StoreName } from '#stores/port';

import type { Operation } from '../checker/index.js';
import { readThroughApi } from './api-reads.js';
import type { Documents } from './clients.js';
import type { LiveViews, Sight } from './live-views.js';

/** Whom users ask for what is live. */
export type Source = StoreName | 'api';

/** A look at a live view, and when it had ended. */
export interface Seen extends Sight {
  readonly store: Source;
  readonly atMs: number;
}

/** What a user found in the stores right after the API had said `live`. */
export interface AfterLive {
  readonly document: string;
  readonly ingestionId: string;
  readonly version: number;
  /** Ingestions shown of the document, by source; those that did not answer are left out. */
  readonly shown: Readonly<Partial<Record<Source, readonly string[]>>>;
}

/** Everything that was read while faults were going on. */
export interface Watched {
  readonly seen: Seen[];
  /** Statuses in the order of time, by ingestionId, repeats left out. */
  readonly statuses: Map<string, string[]>;
  readonly afterLive: AfterLive[];
  looks: number;
}

export const sources: readonly Source[] = [...storeNames, 'api'];
const lookEveryMs = 250;
const askedAtOnceMax = 8;
/** Only what is still on its way, or live and may be replaced, can change. */
const over = new Set(['rolled_back', 'failed', 'superseded', 'unchanged', 'retracted', 'cancelled']);

/** Reads the four live views and the statuses of what was accepted, again and again, until told to stop. */
export async function watch(
  views: LiveViews,
  address: string,
  { documents, history }: { readonly documents: Documents; readonly history: readonly Operation[] },
  signal: AbortSignal,
): Promise<Watched> {
  const watched: Watched = { seen: [], statuses: new Map(), afterLive: [], looks: 0 };
  const loops = sources.map((store) =>
    untilAborted(signal, async () => {
      const sights = await lookAt(store, { views, address, documents });
      const atMs = Date.now();
      watched.looks += 1;
      for (const sight of sights) watched.seen.push({ store, atMs, ...sight });
    }),
  );
  const ask = untilAborted(signal, () => askStatuses({ views, address, documents }, history, watched));
  await Promise.all([...loops, ask]);
  return watched;
}

async function untilAborted(signal: AbortSignal, look: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    // Whoever looks while a service is down sees nothing.
    await look().catch(() => undefined);
    await pause(lookEveryMs);
  }
}

/** What can be read of some documents, and where. */
interface Readable {
  readonly views: LiveViews;
  readonly address: string;
  readonly documents: Documents;
}

function lookAt(source: Source, { views, address, documents }: Readable): Promise<Sight[]> {
  return source === 'api' ? readThroughApi(address, documents) : views.look(source, documents);
}

async function askStatuses(readable: Readable, history: readonly Operation[], watched: Watched): Promise<void> {
  const { address } = readable;
  const isOpen = ({ ingestionId }: Operation): boolean =>
    ingestionId !== undefined && !over.has(watched.statuses.get(ingestionId)?.at(-1) ?? '');
  for (const { ingestionId = '', version = 0, namespace, documentId, kind } of lastOf(history.filter(isOpen))) {
    const response = await fetch(`${address}/v1/ingestions/${ingestionId}`, { signal: AbortSignal.timeout(1000) });
    if (!response.ok) continue;
    const { status } = (await response.json()) as { status: string };
    const before = watched.statuses.get(ingestionId) ?? [];
    if (before.at(-1) === status) continue;
    watched.statuses.set(ingestionId, [...before, status]);
    if (status !== 'live' || kind === 'delete') continue;
    const document = `${namespace}/${documentId}`;
    watched.afterLive.push({ document, ingestionId, version, shown: await shownOf(readable, document) });
  }
}

/** The oldest and the newest: those that were live for long are asked again, too. */
function lastOf(open: readonly Operation[]): Operation[] {
  return [...new Set([...open.slice(0, askedAtOnceMax / 2), ...open.slice(-askedAtOnceMax / 2)])];
}

async function shownOf(readable: Readable, document: string): Promise<AfterLive['shown']> {
  const shown: Partial<Record<Source, readonly string[]>> = {};
  await Promise.all(
    sources.map(async (source) => {
      const sights = await lookAt(source, readable).catch(() => undefined);
      if (sights === undefined) return;
      shown[source] = sights.filter((sight) => sight.document === document).map(({ ingestionId }) => ingestionId);
    }),
  );
  return shown;
}
