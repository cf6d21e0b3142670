import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { expectedLive } from './saga-log.js';
import type { Seen } from './seen.js';
import type { Artefact } from './store-contents.js';

const terminal = new Set(['live', 'rolled_back', 'failed', 'superseded', 'unchanged', 'retracted']);
const storeNames = ['neo4j', 'postgres', 'qdrant', 'redis'] as const;

/** What is wrong; empty if every invariant holds. */
export function violations(seen: Seen, stagingFolder: string): string[] {
  return [
    ...atomic(seen),
    ...complete(seen),
    ...accepted(seen),
    ...noPhantom(seen),
    ...oneOutcome(seen),
    ...newestLive(seen),
    ...references(seen),
    ...stagingCleaned(seen, stagingFolder),
  ];
}

function liveByDocument(artefacts: readonly Artefact[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { document, ingestionId } of artefacts) {
    found.set(document, (found.get(document) ?? new Set<string>()).add(ingestionId));
  }
  return found;
}

/** I1: what has any artefact of a document is the same one ingestion in all stores, or nothing; and nothing waits. */
function atomic({ stores }: Seen): string[] {
  const bad: string[] = [];
  const documents = new Set(storeNames.flatMap((store) => stores[store].map(({ document }) => document)));
  for (const document of documents) {
    const sets = storeNames.map((store) => [...(liveByDocument(stores[store]).get(document) ?? [])].sort().join(' '));
    if (new Set(sets).size > 1 || sets[0]?.includes(' ') === true) {
      bad.push(`I1 ${document}: ${storeNames.map((store, i) => `${store} [${sets[i]}]`).join(', ')}`);
    }
  }
  for (const store of storeNames) {
    for (const { document, ingestionId, what, live } of stores[store]) {
      if (!live) bad.push(`I1 ${store} still holds a pending ${what} of ${document} ${ingestionId}`);
    }
  }
  return [...new Set(bad)];
}

function values(artefacts: readonly Artefact[], ingestionId: string, what: string): string[] {
  return artefacts
    .filter((one) => one.ingestionId === ingestionId && one.what === what)
    .map(({ value }) => value)
    .sort();
}

/** I2: what a live ingestion consists of is the same everywhere, and as much as the ledger counted. */
function complete({ stores, ledger, history }: Seen): string[] {
  const bad: string[] = [];
  for (const row of ledger.filter(({ status }) => status === 'live')) {
    const id = row.ingestion_id;
    const name = `I2 ${row.document} v${row.version} ${id}`;
    const chunks = values(stores.postgres, id, 'chunk');
    for (const store of ['qdrant', 'redis'] as const) {
      if (values(stores[store], id, 'chunk').join() !== chunks.join()) bad.push(`${name}: chunks of ${store} differ`);
    }
    for (const what of ['entity', 'fact']) {
      const [a, b] = [values(stores.postgres, id, what), values(stores.neo4j, id, what)];
      if (a.join() !== b.join()) bad.push(`${name}: postgres has ${a.length} of ${what}, neo4j ${b.length}`);
    }
    const counted = { chunks: 'chunk', entities: 'entity', facts: 'fact', mentions: 'mention' };
    for (const [count, what] of Object.entries(counted)) {
      const held = values(stores.postgres, id, what).length;
      if (row.counts[count] !== held) bad.push(`${name}: ${held} ${count}, the ledger says ${row.counts[count]}`);
    }
    const said = history.find(({ ingestionId }) => ingestionId === id)?.content;
    const nonce = said?.split('\n')[0];
    if (nonce !== undefined && !chunks.some((text) => text.includes(nonce))) bad.push(`${name}: holds another text`);
  }
  return bad;
}

/** I5: whatever was accepted came to an end. */
function accepted({ history, ledger }: Seen): string[] {
  const byId = new Map(ledger.map((row) => [row.ingestion_id, row]));
  return history
    .filter(({ result }) => result === 'ok')
    .flatMap((one) => {
      const row = byId.get(one.ingestionId ?? '');
      if (row !== undefined && terminal.has(row.status) && row.version === one.version) return [];
      return [`I5 ${one.kind} ${one.documentId} v${one.version} ${one.ingestionId} is ${row?.status ?? 'lost'}`];
    });
}

/** I6: nothing is there that nobody asked for. */
function noPhantom({ ledger, stores, history }: Seen): string[] {
  const known = new Set(ledger.map(({ ingestion_id }) => ingestion_id));
  const bad = storeNames.flatMap((store) =>
    stores[store]
      .filter(({ ingestionId }) => !known.has(ingestionId))
      .map(({ document, ingestionId, what }) => `I6 ${store} has a ${what} of unknown ${document} ${ingestionId}`),
  );
  const accepted = new Set(history.flatMap(({ ingestionId }) => (ingestionId === undefined ? [] : [ingestionId])));
  const unsure = history.filter(({ result }) => result === 'info').length;
  const unasked = ledger.filter(({ ingestion_id }) => !accepted.has(ingestion_id)).length;
  if (unasked > unsure) bad.push(`I6 ${unasked} ingestions nobody was promised, but only ${unsure} answers were lost`);
  return [...new Set(bad)];
}

/** I7: no ingestion is said to be live by one store and rolled back by another, and no status contradicts the log. */
function oneOutcome({ outcomes, ledger, sagaLog }: Seen): string[] {
  const promoted = new Set<unknown>();
  const undone = new Set<unknown>();
  const concluded = new Map<unknown, Set<unknown>>();
  for (const { type, payload } of outcomes) {
    const id = payload['ingestionId'];
    if (type === 'StorePromoted') promoted.add(id);
    if (type === 'StoreCompensated' && payload['outcome'] === 'rolled_back') undone.add(id);
    if (type === 'IngestionConcluded') concluded.set(id, (concluded.get(id) ?? new Set()).add(payload['status']));
  }
  const both = [...promoted]
    .filter((id) => undone.has(id))
    .map((id) => `I7 ${String(id)} is both live and rolled back`);
  const twice = [...concluded]
    .filter(([, statuses]) => statuses.size > 1)
    .map(([id, statuses]) => `I7 ${String(id)} was concluded as ${[...statuses].join(' and ')}`);
  const unsaid = ledger
    .filter((row) => !concluded.has(row.ingestion_id))
    .map((row) => `I7 ${row.ingestion_id} is ${row.status} but nobody was told`);
  const live = expectedLive(sagaLog);
  const wrong = ledger
    .filter(({ kind }) => kind === 'ingestion')
    .filter((row) => (row.status === 'live') !== (live.get(row.document)?.ingestionId === row.ingestion_id))
    .map((row) => `I7 the ledger says ${row.document} v${row.version} ${row.ingestion_id} is ${row.status}`);
  return [...both, ...twice, ...unsaid, ...wrong];
}

/** I8: live is exactly what the saga log makes live. */
function newestLive({ sagaLog, stores }: Seen): string[] {
  const expected = expectedLive(sagaLog);
  const bad: string[] = [];
  for (const store of storeNames) {
    const live = liveByDocument(stores[store].filter((one) => one.live));
    for (const document of new Set([...expected.keys(), ...live.keys()])) {
      const held = [...(live.get(document) ?? [])].join(' ');
      const wanted = expected.get(document);
      if (held !== (wanted?.ingestionId ?? '')) {
        bad.push(`I8 ${store} ${document}: [${held}] instead of v${wanted?.version} [${wanted?.ingestionId ?? ''}]`);
      }
    }
  }
  return bad;
}

/** I9: entities and facts are there exactly as long as a live document speaks of them. */
function references({ graph, stores }: Seen): string[] {
  const bad: string[] = [];
  const episodes = new Set(stores.neo4j.filter(({ what }) => what === 'document').map((one) => one.ingestionId));
  for (const { uuid, name, mentions } of graph.entities) {
    if (mentions === 0) bad.push(`I9 entity ${uuid} (${name}) is mentioned by nothing`);
    if (name === null) bad.push(`I9 entity ${uuid} has no name`);
  }
  for (const { uuid, episodes: support } of graph.facts) {
    const dead = support.filter((id) => !episodes.has(id));
    if (support.length === 0 || dead.length > 0)
      bad.push(`I9 fact ${uuid} stands on ${support.length}, ${dead} not live`);
  }
  const live = stores.postgres.filter((one) => one.live);
  const sides = [
    ['entity', graph.entities.map(({ uuid }) => uuid)],
    ['fact', graph.facts.map(({ uuid }) => uuid)],
  ] as const;
  for (const [what, inGraph] of sides) {
    const inRows = [...new Set(live.filter((one) => one.what === what).map(({ value }) => value))].sort();
    if (inRows.join() !== [...inGraph].sort().join()) {
      bad.push(`I9 postgres has ${inRows.length} of ${what}, neo4j ${inGraph.length}, or others`);
    }
  }
  return bad;
}

/** Bytes are kept only for what failed. */
function stagingCleaned({ ledger }: Seen, folder: string): string[] {
  return ledger
    .filter(({ status, staging_ref }) => staging_ref !== null && status !== 'failed' && status !== 'rolled_back')
    .filter(({ staging_ref }) => existsSync(join(folder, staging_ref ?? '')))
    .map((row) => `staging still holds ${row.staging_ref} of ${row.document} v${row.version}, ${row.status}`);
}
