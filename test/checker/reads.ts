import type { StoreName } from '#stores/port';

import type { LogReading } from './saga-log.js';

/** What a reader saw of one document in one store, in one look at its live view. */
export interface Reading {
  readonly store: StoreName | 'api';
  readonly document: string;
  readonly ingestionId: string;
  readonly version: number;
  /** Values of its chunks (or of its entities, where the store holds no chunks), as in `Artefact`. */
  readonly values: readonly string[];
  /** How many records the document's log had at most when the reader looked; the log may be read later. */
  readonly logLength: number;
}

/**
 * I14, I15: nobody sees another document's version, a version before the log made it live, after it was retracted and
 * gone, half of one, two at a time, or an older one after a newer one. Readings of one store come in the order of time.
 */
export function readViolations(readings: readonly Reading[], log: LogReading): string[] {
  const { ingestions, manifests } = log;
  const newest = new Map<string, number>();
  const bad = new Set<string>();
  for (const { store, document, ingestionId, version, values, logLength } of readings) {
    const name = `I14 ${store} showed ${document} v${version} ${ingestionId}`;
    const logged = ingestions.get(ingestionId);
    if (logged?.decision !== 'live') bad.add(`${name}, which is not live by the log`);
    else if (logged.decidedAt >= logLength) bad.add(`${name} before it was decided`);
    if (logged !== undefined && logged.document !== document) bad.add(`I15 ${name.slice(4)} of ${logged.document}`);
    const manifest = manifests.get(ingestionId)?.[store === 'neo4j' ? 'entity' : 'chunk'] ?? [];
    if (values.toSorted().join('\n') !== manifest.join('\n')) bad.add(`${name} in part`);
    const key = `${store} ${document}`;
    const before = newest.get(key);
    if (before !== undefined && before > version) bad.add(`${name} after v${before}`);
    newest.set(key, version);
  }
  return [...bad];
}
