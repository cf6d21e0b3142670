import { setTimeout as pause } from 'node:timers/promises';

import { storeNames } from '#stores/port';

import type { Operation, Source } from '../checker/index.js';
import { readThroughApi } from './api-reads.js';
import type { Documents } from './clients.js';
import type { LiveViews, Sight } from './live-views.js';
import { lookAgain } from './look-again.js';

/** What a look at a live view showed of one document, which may be nothing, and when it began and had ended. */
export interface Seen {
  readonly store: Source;
  readonly document: string;
  readonly beganMs: number;
  readonly endedMs: number;
  readonly shown: readonly Sight[];
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
  /** How many looks at each source succeeded. */
  readonly looks: Map<Source, number>;
  /** What could not be looked at, sources and statuses: how often, and why the last time. */
  readonly failures: Map<string, Failures>;
}

interface Failures {
  readonly times: number;
  readonly last: string;
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
  everyMs = lookEveryMs,
): Promise<Watched> {
  const watched: Watched = { seen: [], statuses: new Map(), afterLive: [], looks: new Map(), failures: new Map() };
  // Whoever looks while a service is down sees nothing; but who never sees anything must not pass for one who looks.
  const noteFailure = (what: string, error: unknown): void => {
    const { times } = watched.failures.get(what) ?? { times: 0 };
    watched.failures.set(what, { times: times + 1, last: String(error) });
  };
  const readable = { views, address, documents };
  const loops = sources.map((store) => {
    let before: ReadonlySet<string> = new Set();
    const lookOnce = async (): Promise<void> => {
      const beganMs = Date.now();
      const sights = await lookAt(store, readable, before);
      const endedMs = Date.now();
      watched.looks.set(store, (watched.looks.get(store) ?? 0) + 1);
      const byDocument = Map.groupBy(sights, ({ document }) => document);
      for (const document of new Set([...lookedFor(store, documents, before), ...byDocument.keys()])) {
        watched.seen.push({ store, document, beganMs, endedMs, shown: byDocument.get(document) ?? [] });
      }
      before = new Set(byDocument.keys());
    };
    return untilAborted(signal, everyMs, () => lookOnce().catch((error: unknown) => noteFailure(store, error)));
  });
  const askOnce = (): Promise<void> => askStatuses(readable, history, watched);
  const ask = untilAborted(signal, everyMs, () => askOnce().catch((error: unknown) => noteFailure('statuses', error)));
  await Promise.all([...loops, ask]);
  return watched;
}

async function untilAborted(signal: AbortSignal, everyMs: number, look: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await look();
    await pause(everyMs);
  }
}

/** What can be read of some documents, and where. */
interface Readable {
  readonly views: LiveViews;
  readonly address: string;
  readonly documents: Documents;
}

function lookAt(
  source: Source,
  { views, address, documents }: Readable,
  before: ReadonlySet<string>,
): Promise<Sight[]> {
  if (source === 'api') return readThroughApi(address, documents);
  const look = (): Promise<Sight[]> => views.look(source, documents);
  return source === 'neo4j' ? lookAgain(look, before) : look();
}

/** Documents that a look has to find. In Neo4j only those are looked for again whose absence would be news. */
function lookedFor(source: Source, { namespaces, documentIds }: Documents, before: ReadonlySet<string>): string[] {
  if (source === 'neo4j') return [...before];
  return namespaces.flatMap((namespace) => documentIds.map((documentId) => `${namespace}/${documentId}`));
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
      const sights = await lookAt(source, readable, new Set([document])).catch(() => undefined);
      if (sights === undefined) return;
      shown[source] = sights.filter((sight) => sight.document === document).map(({ ingestionId }) => ingestionId);
    }),
  );
  return shown;
}
