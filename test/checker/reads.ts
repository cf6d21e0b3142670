import type { StoreName } from '#stores/port';

import type { Moments } from './moments.js';
import type { LogReading } from './saga-log.js';

/** Whom users ask for what is live. */
export type Source = StoreName | 'api';

/** A version of a document, as one look showed it. */
export interface ShownVersion {
  readonly ingestionId: string;
  readonly version: number;
  /** Values of its chunks (or of its entities, where the store holds no chunks), as in `Artefact`. */
  readonly values: readonly string[];
  /** `seq:startOffset` of what it mentions, where the store shows that. */
  readonly mentions?: readonly string[] | undefined;
  /** How many of its facts, and of the entities that they and its mentions name, the same look did not show. */
  readonly unshown?: number | undefined;
}

/** One look of a reader at one document, and what it showed: nothing, if the document was not there. */
export interface Reading {
  readonly store: Source;
  readonly document: string;
  /** When the look began and had ended, by the clock of `Moments`. */
  readonly began: number;
  readonly ended: number;
  readonly shown: readonly ShownVersion[];
}

/**
 * I14, I15: nobody sees another document's version, a version before the log made it live, half of one, two at a time,
 * an older one after a newer one was shown or said to be live, one that its store said it had removed, or nothing
 * where a version was live and nobody had asked to remove it. Readings of one source come in the order of time.
 */
export function readViolations(readings: readonly Reading[], log: LogReading, moments: Moments): string[] {
  const newest = new Map<string, number>();
  const bad = new Set<string>();
  for (const reading of readings) {
    const { store, document, began, shown } = reading;
    const key = `${store} ${document}`;
    const before = newest.get(key) ?? 0;
    const known = Math.max(before, moments.saidLive(teller(store), document, began));
    for (const line of [...versionsIn(reading, log, moments, known), ...hole(reading, moments, known)]) bad.add(line);
    newest.set(key, Math.max(before, ...shown.map(({ version }) => version)));
  }
  return [...bad];
}

/** The API shows what is live in PostgreSQL. */
function teller(source: Source): StoreName {
  return source === 'api' ? 'postgres' : source;
}

function versionsIn(reading: Reading, log: LogReading, moments: Moments, known: number): string[] {
  const { store, document, began, ended, shown } = reading;
  const bad: string[] = [];
  const gone = moments.saidGone(teller(store), document, began);
  for (const one of shown) {
    const { ingestionId, version } = one;
    const name = `I14 ${store} showed ${document} v${version} ${ingestionId}`;
    const logged = log.ingestions.get(ingestionId);
    if (logged?.decision !== 'live') bad.push(`${name}, which is not live by the log`);
    else if (moments.decidedAt(ingestionId) > ended) bad.push(`${name} before it was decided`);
    if (logged !== undefined && logged.document !== document) bad.push(`I15 ${name.slice(4)} of ${logged.document}`);
    if (!isWhole(store, one, log)) bad.push(`${name} in part`);
    if (version < known) bad.push(`${name} after v${known}`);
    if (version <= gone) bad.push(`${name} after it had said that v${gone} and all before are gone`);
  }
  if (shown.length < 2) return bad;
  return [...bad, `I14 ${store} showed ${shown.length} versions of ${document} at once`];
}

function isWhole(
  store: Source,
  { ingestionId, values, mentions, unshown = 0 }: ShownVersion,
  log: LogReading,
): boolean {
  const manifest = log.manifests.get(ingestionId);
  const isAll = (found: readonly string[], wanted: readonly string[] = []): boolean =>
    found.toSorted().join('\n') === wanted.toSorted().join('\n');
  if (unshown > 0 || !isAll(values, manifest?.[store === 'neo4j' ? 'entity' : 'chunk'])) return false;
  // Whom a mention means may change with what else is live, but not its place.
  return (
    mentions === undefined ||
    isAll(
      mentions,
      manifest?.['mention']?.map((one) => one.replace(/^[^:]*:/, '')),
    )
  );
}

/** A version stays until a newer one takes its place, or until somebody asks to remove it. */
function hole({ store, document, ended, shown }: Reading, moments: Moments, known: number): string[] {
  if (shown.length > 0 || known === 0 || moments.goesFrom(document, known) <= ended) return [];
  return [`I14 ${store} showed nothing of ${document}, of which v${known} or a newer one was live`];
}
