import { storeNames } from '#stores/port';

import { fieldOf, identityOf, type EventIdentity, type Observed } from './observed.js';
import type { LogReading } from './saga-log.js';

const terminal = new Set(['live', 'rolled_back', 'failed', 'superseded', 'unchanged', 'retracted']);

/** What was said of an ingestion: stores by the word they used, and the ledger's conclusions. */
interface Said {
  readonly live: Set<unknown>;
  readonly undone: Set<unknown>;
  readonly any: Set<unknown>;
  readonly concluded: Set<unknown>;
}

/** I5, I7, I8, I16, I17: what was accepted came to one end, everybody said the same, and nobody gave up undoing. */
export function outcomeViolations(observed: Observed, log: LogReading): string[] {
  const said = whatWasSaid(observed);
  return [
    ...accepted(observed),
    ...idempotencyKeys(observed),
    ...unchangedIsLive(observed, log),
    ...oneOutcome(observed, log, said),
    ...ended(observed, log, said),
  ];
}

function whatWasSaid({ outcomes }: Observed): Map<string, Said> {
  const said = new Map<string, Said>();
  for (const record of outcomes) {
    const key = nameOf(identityOf(record));
    const one = said.get(key) ?? newSaid();
    said.set(key, one);
    if (record.type === 'IngestionConcluded') {
      one.concluded.add(fieldOf(record, 'status'));
      continue;
    }
    const store = fieldOf(record, 'store');
    one.any.add(store);
    if (record.type === 'StorePromoted') one.live.add(store);
    if (record.type === 'StoreCompensated' && fieldOf(record, 'outcome') === 'rolled_back') one.undone.add(store);
  }
  return said;
}

/** An ingestionId that a second document claims is, in its name, another thing. */
function nameOf({ namespace, documentId, ingestionId }: EventIdentity): string {
  return `${namespace}/${documentId} ${ingestionId}`;
}

function newSaid(): Said {
  return { live: new Set(), undone: new Set(), any: new Set(), concluded: new Set() };
}

/** I5: whatever was accepted came to an end. */
function accepted({ history, ledger }: Observed): string[] {
  if (history === undefined || ledger === undefined) return [];
  const byId = new Map(ledger.map((row) => [row.ingestionId, row]));
  return history
    .filter(({ result }) => result === 'ok')
    .flatMap((one) => {
      const row = byId.get(one.ingestionId ?? '');
      if (row !== undefined && terminal.has(row.status) && row.version === one.version) return [];
      return [`I5 ${one.kind} ${one.documentId} v${one.version} ${one.ingestionId} is ${row?.status ?? 'lost'}`];
    });
}

/** I17: one key of one namespace stands for one ingestion and one content. */
function idempotencyKeys({ history }: Observed): string[] {
  const first = new Map<string, NonNullable<Observed['history']>[number]>();
  const bad: string[] = [];
  for (const one of history ?? []) {
    if (one.idempotencyKey === undefined || one.result !== 'ok') continue;
    const key = `${one.namespace}/${one.idempotencyKey}`;
    const known = first.get(key) ?? one;
    first.set(key, known);
    if (known.ingestionId !== one.ingestionId) bad.push(`I17 key ${key} made ${known.ingestionId}, ${one.ingestionId}`);
    if (known.content !== one.content) bad.push(`I17 key ${key} was accepted with two contents`);
  }
  return bad;
}

/** I8: a document whose newest good end is `unchanged` is live with the text that was sent then. */
function unchangedIsLive({ history, ledger }: Observed, log: LogReading): string[] {
  const newest = new Map<string, NonNullable<Observed['ledger']>[number]>();
  const ends = new Set(['live', 'unchanged', 'retracted']);
  for (const row of ledger ?? []) {
    if (ends.has(row.status) && row.version > (newest.get(row.document)?.version ?? 0)) newest.set(row.document, row);
  }
  return [...newest.values()].flatMap(({ document, status, version, ingestionId }) => {
    const text = history?.find((one) => one.ingestionId === ingestionId)?.content.split('\n')[0] ?? '';
    if (status !== 'unchanged' || text === '') return [];
    const live = log.live.get(document);
    const chunks = log.manifests.get(live?.ingestionId ?? '')?.chunk ?? [];
    if (chunks.some((chunk) => chunk.includes(text))) return [];
    return [`I8 ${document} v${version} ${ingestionId} is unchanged, but v${live?.version} with another text is live`];
  });
}

/** What a live version may become. */
const goneLater = new Set(['superseded', 'retracted']);

/** I7: nothing is both live and rolled back, concluded twice or unsaid, and no status contradicts the log. */
function oneOutcome({ ledger }: Observed, log: LogReading, said: ReadonlyMap<string, Said>): string[] {
  const bad: string[] = [];
  for (const [name, { live, undone, concluded }] of said) {
    if (live.size > 0 && undone.size > 0) bad.push(`I7 ${name} is both live and rolled back`);
    if (concluded.size > 1) bad.push(`I7 ${name} was concluded as ${[...concluded].join(' and ')}`);
  }
  for (const { document, ingestionId, decision } of log.ingestions.values()) {
    const name = `${document} ${ingestionId}`;
    const { live, undone } = said.get(name) ?? newSaid();
    if (live.size > 0 && decision !== 'live') bad.push(`I7 ${name} was promoted, the log says ${decision}`);
    if (undone.size > 0 && decision !== 'abort') bad.push(`I7 ${name} was undone, the log says ${decision}`);
  }
  for (const row of ledger ?? []) {
    const name = `${row.document} ${row.ingestionId}`;
    const told = [...(said.get(name)?.concluded ?? [])];
    if (told.length === 0) bad.push(`I7 ${name} is ${row.status} but nobody was told`);
    if (told.length === 1 && told[0] !== row.status && !(told[0] === 'live' && goneLater.has(row.status))) {
      bad.push(`I7 ${name} was concluded as ${String(told[0])}, the ledger says ${row.status}`);
    }
    if (row.kind !== 'ingestion') continue;
    const live = log.live.get(row.document)?.ingestionId === row.ingestionId;
    if ((row.status === 'live') !== live) bad.push(`I7 the ledger says ${name} is ${row.status}`);
  }
  return bad;
}

/** I16: every ingestion on the log is decided, all stores told its end, and no undoing ended among the dead letters. */
function ended({ deadLetters, sagaLog }: Observed, log: LogReading, said: ReadonlyMap<string, Said>): string[] {
  const bad: string[] = [];
  for (const { document, ingestionId, decision } of log.ingestions.values()) {
    const name = `${document} ${ingestionId}`;
    const told = said.get(name)?.any.size ?? 0;
    if (decision === 'open') bad.push(`I16 ${name} was never decided`);
    else if (told < storeNames.length) bad.push(`I16 only ${told} stores told the end of ${name}`);
  }
  for (const record of sagaLog) {
    if (record.type !== 'DocumentRetracted') continue;
    const name = nameOf(identityOf(record));
    if (said.get(name)?.any.size !== storeNames.length) bad.push(`I16 not all stores told the retraction ${name}`);
  }
  for (const record of deadLetters ?? []) {
    const { type } = record;
    if (type !== 'CompensationRequested' && type !== 'StoreCompensated' && type !== 'DocumentRetracted') continue;
    bad.push(`I16 ${type} of ${identityOf(record).ingestionId} is a dead letter`);
  }
  return bad;
}
