import { setTimeout as pause } from 'node:timers/promises';

import { storeNames, type StoreName } from '#stores/port';

import type { Operation } from '../checker/index.js';
import type { Documents } from './clients.js';
import type { LiveViews, Sight } from './live-views.js';

/** A look at a live view, and when it had ended. */
export interface Seen extends Sight {
  readonly store: StoreName;
  readonly atMs: number;
}

/** What a user found in the stores right after the API had said `live`. */
export interface AfterLive {
  readonly document: string;
  readonly ingestionId: string;
  readonly version: number;
  /** Ingestions shown of the document, by store; stores that did not answer are left out. */
  readonly shown: Readonly<Partial<Record<StoreName, readonly string[]>>>;
}

/** Everything that was read while faults were going on. */
export interface Watched {
  readonly seen: Seen[];
  /** Statuses in the order of time, by ingestionId, repeats left out. */
  readonly statuses: Map<string, string[]>;
  readonly afterLive: AfterLive[];
  looks: number;
}

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
  const loops = storeNames.map((store) =>
    untilAborted(signal, async () => {
      const sights = await views.look(store, documents);
      const atMs = Date.now();
      watched.looks += 1;
      for (const sight of sights) watched.seen.push({ store, atMs, ...sight });
    }),
  );
  const ask = untilAborted(signal, () => askStatuses(views, address, { documents, history }, watched));
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

async function askStatuses(
  views: LiveViews,
  address: string,
  { documents, history }: { readonly documents: Documents; readonly history: readonly Operation[] },
  watched: Watched,
): Promise<void> {
  const isOpen = ({ ingestionId }: Operation): boolean =>
    ingestionId !== undefined && !over.has(watched.statuses.get(ingestionId)?.at(-1) ?? '');
  for (const { ingestionId = '', version = 0, namespace, documentId, kind } of lastOf(history.filter(isOpen))) {
    const response = await fetch(`${address}/v1/ingestions/${ingestionId}`, { signal: AbortSignal.timeout(1000) });
    if (!response.ok) continue;
    const { status } = (await response.json()) as { status: string };
    const before = watched.statuses.get(ingestionId) ?? [];
    if (before.at(-1) === status) continue;
    watched.statuses.set(ingestionId, [...before, status]);
    if (status !== 'live' || kind !== 'put') continue;
    const document = `${namespace}/${documentId}`;
    watched.afterLive.push({ document, ingestionId, version, shown: await shownOf(views, documents, document) });
  }
}

/** The oldest and the newest: those that were live for long are asked again, too. */
function lastOf(open: readonly Operation[]): Operation[] {
  return [...new Set([...open.slice(0, askedAtOnceMax / 2), ...open.slice(-askedAtOnceMax / 2)])];
}

async function shownOf(views: LiveViews, documents: Documents, document: string): Promise<AfterLive['shown']> {
  const shown: Partial<Record<StoreName, readonly string[]>> = {};
  await Promise.all(
    storeNames.map(async (store) => {
      const sights = await views.look(store, documents).catch(() => undefined);
      if (sights === undefined) return;
      shown[store] = sights.filter((sight) => sight.document === document).map(({ ingestionId }) => ingestionId);
    }),
  );
  return shown;
}
