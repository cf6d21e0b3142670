import { storeNames } from '#stores/port';

import { identityOf, type Artefact, type Observed, type Operation } from './observed.js';
import { outcomeViolations } from './outcomes.js';
import { readSagaLog, type LogReading } from './saga-log.js';

/** Which kinds of artefacts a store holds of a live document. */
const kindsOf = {
  neo4j: ['entity', 'fact'],
  postgres: ['chunk', 'entity', 'fact', 'mention'],
  qdrant: ['chunk'],
  redis: ['chunk'],
} as const;

/** What the artefacts of one store say, sorted by ingestion once, as everything asks by ingestion. */
type ByIngestion = ReadonlyMap<string, readonly Artefact[]>;

/**
 * What is wrong once nothing is under way, one line each that begins with the invariant's number; empty if I1, I2, I5,
 * I6, I7, I8, I9, I16 and I17 hold as far as they can be seen.
 */
export function violations(observed: Observed, log: LogReading = readSagaLog(observed.sagaLog)): string[] {
  const held = storeNames.map((store) => byIngestion(observed.stores[store]));
  return [
    ...atomic(observed, held),
    ...complete(observed, held, log),
    ...noPhantom(observed, held, log),
    ...newestLive(observed, log),
    ...references(observed),
    ...outcomeViolations(observed, log),
    ...stagingCleaned(observed),
  ];
}

function byIngestion(artefacts: readonly Artefact[]): ByIngestion {
  const found = new Map<string, Artefact[]>();
  for (const artefact of artefacts) {
    const known = found.get(artefact.ingestionId);
    if (known === undefined) found.set(artefact.ingestionId, [artefact]);
    else known.push(artefact);
  }
  return found;
}

/** I1: what has any artefact of a document is the same one ingestion in all stores, or nothing; and nothing waits. */
function atomic({ stores }: Observed, held: readonly ByIngestion[]): string[] {
  const bad = new Set<string>();
  const holders = new Map<string, string[]>();
  held.forEach((ingestions, i) => {
    for (const [ingestionId, artefacts] of ingestions) {
      for (const document of new Set(artefacts.map((one) => one.document))) {
        const sets = holders.get(document) ?? storeNames.map(() => '');
        sets[i] = `${sets[i]} ${ingestionId}`;
        holders.set(document, sets);
      }
    }
  });
  for (const [document, sets] of holders) {
    const same = sets.every((set) => set === sets[0]);
    if (same && sets[0]?.indexOf(' ', 1) === -1) continue;
    bad.add(`I1 ${document}: ${storeNames.map((store, i) => `${store} [${sets[i]?.trim()}]`).join(', ')}`);
  }
  for (const store of storeNames) {
    for (const { document, ingestionId, what, live } of stores[store]) {
      if (!live) bad.add(`I1 ${store} still holds a pending ${what} of ${document} ${ingestionId}`);
    }
  }
  return [...bad];
}

/** I2: a live ingestion is what its parts said, no more and no less, in each store, and as the ledger counted it. */
function complete({ ledger, history }: Observed, held: readonly ByIngestion[], log: LogReading): string[] {
  const bad: string[] = [];
  for (const { document, version, ingestionId } of log.live.values()) {
    const name = `I2 ${document} v${version} ${ingestionId}`;
    const manifest = log.manifests.get(ingestionId);
    if (manifest === undefined) continue;
    storeNames.forEach((store, i) => {
      const artefacts = held[i]?.get(ingestionId) ?? [];
      if (!artefacts.some(({ what }) => what === 'document')) bad.push(`${name}: ${store} has no document`);
      for (const kind of kindsOf[store]) {
        const values = artefacts.filter(({ what }) => what === kind).map(({ value }) => value);
        if (values.sort().join('\n') === manifest[kind].join('\n')) continue;
        bad.push(`${name}: ${store} holds ${values.length} of ${kind}, not the ${manifest[kind].length} of its parts`);
      }
    });
    const counts = ledger?.find((row) => row.ingestionId === ingestionId)?.counts;
    const counted = { chunks: 'chunk', entities: 'entity', facts: 'fact', mentions: 'mention' } as const;
    for (const [count, kind] of counts === undefined ? [] : Object.entries(counted)) {
      if (counts?.[count] === manifest[kind].length) continue;
      bad.push(`${name}: ${manifest[kind].length} ${count}, the ledger says ${counts?.[count]}`);
    }
    const nonce = history?.find((one) => one.ingestionId === ingestionId)?.content.split('\n')[0] ?? '';
    if (nonce !== '' && !manifest.chunk.some((text) => text.includes(nonce))) bad.push(`${name}: holds another text`);
  }
  return bad;
}

/** I6: nothing is there that nobody asked for, and no ingestion stands under two documents. */
function noPhantom({ ledger, history, sagaLog }: Observed, held: readonly ByIngestion[], log: LogReading): string[] {
  const owners = new Map([...log.ingestions].map(([id, { document }]) => [id, document]));
  for (const row of ledger ?? []) owners.set(row.ingestionId, row.document);
  const bad = new Set<string>();
  held.forEach((ingestions, i) => {
    for (const [ingestionId, artefacts] of ingestions) {
      for (const { document, what } of artefacts) {
        if (owners.get(ingestionId) === document) continue;
        bad.add(`I6 ${storeNames[i]} has a ${what} of ${document} under the unknown or foreign id ${ingestionId}`);
      }
    }
  });
  if (history === undefined) return [...bad];
  const promised = new Set(history.flatMap(({ ingestionId }) => (ingestionId === undefined ? [] : [ingestionId])));
  const unsure = history.filter(({ result }) => result === 'info').length;
  const known = new Set([...(ledger ?? sagaLog.map(identityOf))].map(({ ingestionId }) => ingestionId));
  const unasked = [...known].filter((ingestionId) => !promised.has(ingestionId)).length;
  if (unasked > unsure) bad.add(`I6 ${unasked} ingestions nobody was promised, but only ${unsure} answers were lost`);
  for (const text of refusedTexts(history, log)) bad.add(`I6 the text "${text}" was refused, but is on the log`);
  return [...bad];
}

/** First lines of texts that were only ever refused, and are in a part nevertheless. */
function refusedTexts(history: readonly Operation[], log: LogReading): string[] {
  const nonce = ({ content }: Operation): string => content.split('\n')[0] ?? '';
  const taken = new Set(history.filter(({ result }) => result !== 'fail').map(nonce));
  const refused = history.map(nonce).filter((text) => text !== '' && !taken.has(text));
  if (refused.length === 0) return [];
  const chunks = [...log.manifests.values()].flatMap(({ chunk }) => chunk);
  return [...new Set(refused)].filter((text) => chunks.some((chunk) => chunk.includes(text)));
}

/** I8: live is exactly what the saga log makes live. */
function newestLive({ stores }: Observed, log: LogReading): string[] {
  const bad: string[] = [];
  for (const store of storeNames) {
    const live = new Map<string, Set<string>>();
    for (const one of stores[store]) {
      if (one.live) live.set(one.document, (live.get(one.document) ?? new Set<string>()).add(one.ingestionId));
    }
    for (const document of new Set([...log.live.keys(), ...live.keys()])) {
      const holds = [...(live.get(document) ?? [])].join(' ');
      const wanted = log.live.get(document);
      if (holds === (wanted?.ingestionId ?? '')) continue;
      bad.push(`I8 ${store} ${document}: [${holds}] instead of v${wanted?.version} [${wanted?.ingestionId ?? ''}]`);
    }
  }
  return bad;
}

/** I9: entities and facts are there exactly as long as a live document speaks of them, and stand on live ones only. */
function references({ graph, stores }: Observed): string[] {
  const bad: string[] = [];
  const episodes = new Set(stores.neo4j.filter(({ what }) => what === 'document').map((one) => one.ingestionId));
  const mentioned = new Map<string, number>();
  const stated = new Set<string>();
  for (const { what, live, value } of stores.postgres) {
    if (live && what === 'entity') mentioned.set(value, (mentioned.get(value) ?? 0) + 1);
    if (live && what === 'fact') stated.add(value);
  }
  for (const { uuid, name, mentions } of graph.entities) {
    if (name === null) bad.push(`I9 entity ${uuid} has no name`);
    if (mentions === (mentioned.get(uuid) ?? 0) && mentions > 0) continue;
    bad.push(`I9 entity ${uuid} (${name}) has ${mentions} mentions, ${mentioned.get(uuid) ?? 0} documents speak of it`);
  }
  for (const { uuid, episodes: support } of graph.facts) {
    const dead = support.filter((id) => !episodes.has(id));
    if (support.length > 0 && dead.length === 0 && stated.has(uuid)) continue;
    bad.push(`I9 fact ${uuid} stands on ${support.length} episodes, ${dead.length} of them not live`);
  }
  const [entities, facts] = [graph.entities, graph.facts].map((list) => new Set(list.map(({ uuid }) => uuid)));
  for (const uuid of mentioned.keys()) if (entities?.has(uuid) !== true) bad.push(`I9 entity ${uuid} is gone`);
  for (const uuid of stated) if (facts?.has(uuid) !== true) bad.push(`I9 fact ${uuid} is gone`);
  return bad;
}

/** Bytes are kept only for what failed. */
function stagingCleaned({ ledger, staged }: Observed): string[] {
  const left = new Set(staged);
  return (ledger ?? [])
    .filter(({ status, stagingRef }) => left.has(stagingRef ?? '') && status !== 'failed' && status !== 'rolled_back')
    .map((row) => `staging still holds ${row.stagingRef} of ${row.document} v${row.version}, ${row.status}`);
}
