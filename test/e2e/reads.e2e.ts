import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { storeNames } from '#stores/port';

import { fullContents } from '../chaos/full-contents.js';
import { LiveViews, type Sight } from '../chaos/live-views.js';
import { lookAtStores } from '../chaos/look.js';
import { lookAgain } from '../chaos/look-again.js';
import { reference } from '../chaos/reference.js';
import { StoreContents } from '../chaos/store-contents.js';
import { watch } from '../chaos/watch.js';
import { watchViolations } from '../chaos/watch-violations.js';
import {
  momentsOf,
  readSagaLog,
  readViolations,
  unlikeReference,
  violations,
  type Operation,
  type Reading,
  type TimedRecords,
} from '../checker/index.js';
import { damages } from '../e2e-audit/damages.js';
import { testStack } from '../services/addresses.js';
import { eventually } from './eventually.js';
import { KafkaOutsider, sagaTopic, type SeenRecord } from './kafka-outsider.js';
import type { Accepted } from './penstock-api.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { StoreViews } from './store-views.js';

const outcomes = 'penstock.documents.outcomes';
const namespace = aNamespace('reads');
const names = Array.from({ length: 4 }, (_, i) => `doc ${i}`);
const documents = { namespaces: [namespace], documentIds: names };
/** Each document is created, updated twice, deleted and made anew. */
const life = ['put', 'put', 'put', 'delete', 'put'] as const;
/** The version that the deletion has. */
const deletedAs = life.indexOf('delete') + 1;
const lookEveryMs = 100;
const outcomeMs = 240_000;
const outsider = new KafkaOutsider();
let penstock: PenstockUnderTest;
let views: LiveViews;
let records: readonly SeenRecord[];

/** What a document's version says, in words that no other version has. */
function textOf(documentId: string, version: number): string {
  const word = `${documentId.replace(' ', '-')}-v${version}`;
  const facts = `Ada Lovelace works for ${word.toUpperCase()} Corporation. John Smith is CEO of ACME Corporation.`;
  return Array.from({ length: 60 }, (_, i) => `${facts} Sentence ${i} of ${word} has words of its own.`).join('\n');
}

interface Concluded {
  readonly documentId: string;
  readonly ingestionId: string;
  readonly version: number;
  readonly status: string;
}

beforeAll(async () => {
  views = new LiveViews(testStack());
  [penstock] = await Promise.all([startPenstock({ chunkTokens: 128 }), outsider.connect()]);
  records = await outsider.watch(outcomes, sagaTopic);
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([views.close(), outsider.close()]);
  expect(penstock.fatal).toEqual([]);
});

/** Records of one topic that are about these documents, decoded as any client would. */
async function timed(topic: string): Promise<TimedRecords> {
  const own = records.filter((record) => record.topic === topic && record.key.startsWith(`${namespace}/`));
  const decoded = await Promise.all(own.map((record) => outsider.decode(record)));
  return { records: decoded, sentAt: (index) => own[index]?.timestampMs ?? Infinity };
}

/** What a store shows of one document; on a busy machine it may have to be asked again. */
async function shownIn(store: (typeof storeNames)[number], documentId: string): Promise<Sight[]> {
  const key = `${namespace}/${documentId}`;
  const look = (): Promise<Sight[]> => views.look(store, { ...documents, documentIds: [documentId] });
  const sights = await eventually(`an answer of ${store}`, () =>
    store === 'neo4j' ? lookAgain(look, new Set([key])) : look(),
  );
  return sights.filter(({ document }) => document === key);
}

/** What the stores showed right after a conclusion had been read, and whether the document was going by then. */
interface After extends Concluded {
  readonly shown: readonly (readonly Sight[])[];
  readonly isGoing: boolean;
}

/** A newer version may have come since, or the document may be going already; an older one may not be there. */
function staleIn(
  { documentId, version, status, shown, isGoing }: After,
  versionOf: (sight: Sight) => number,
): string[] {
  return storeNames.flatMap((store, i) => {
    const versions = (shown[i] ?? []).map(versionOf);
    const isRight = versions.every((one) => (status === 'live' ? one >= version : one > version));
    if (isRight && (status !== 'live' || isGoing || versions.length > 0)) return [];
    return [`${store} shows [${versions.join()}] of ${documentId} after v${version} was concluded ${status}`];
  });
}

it('right after a conclusion all stores show that version, or none; in between, none shows anything else', async () => {
  const [history, accepted]: [Operation[], Map<string, Accepted>] = [[], new Map()];
  const [after, going]: [After[], Set<string>] = [[], new Set()];
  const done = new AbortController();

  async function lookAfter(concluded: Concluded): Promise<void> {
    const { documentId, version } = concluded;
    const shown = await Promise.all(storeNames.map((store) => shownIn(store, documentId)));
    after.push({ ...concluded, shown, isGoing: version < deletedAs && going.has(documentId) });
  }

  /** Reads each conclusion as it arrives, and each store at once. */
  async function follow(): Promise<void> {
    for (let next = 0; !done.signal.aborted || next < records.length;) {
      const record = records[next];
      if (record === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      next += 1;
      const isOurs = record.topic === outcomes && record.key.startsWith(`${namespace}/`);
      if (!isOurs || record.headers['ce_type']?.endsWith('IngestionConcluded') !== true) continue;
      await lookAfter((await outsider.decode(record)).payload as Concluded);
    }
  }

  async function live(documentId: string): Promise<void> {
    for (const [i, kind] of life.entries()) {
      const content = kind === 'put' ? textOf(documentId, i + 1) : '';
      const { api } = penstock;
      if (kind === 'delete') going.add(documentId);
      const one = await (kind === 'put'
        ? api.inline(namespace, documentId, content)
        : api.retract(namespace, documentId));
      accepted.set(one.ingestionId, one);
      history.push({ kind, namespace, content, result: 'ok', ...one });
      const { status } = await api.outcome(one.ingestionId, outcomeMs);
      expect(status).toBe(kind === 'put' ? 'live' : 'retracted');
    }
  }

  const following = follow();
  const watching = watch(views, penstock.api.address, { documents, history }, done.signal, lookEveryMs);
  await Promise.all(names.map(live));
  const all = names.length * life.length;
  const concluded = (): number => new Set(after.map(({ ingestionId }) => ingestionId)).size;
  await eventually('all conclusions', () => concluded() === all || undefined, outcomeMs);
  done.abort();
  const [watched] = await Promise.all([watching, following]);

  const versionOf = ({ version, ingestionId }: Sight): number => version ?? accepted.get(ingestionId)?.version ?? 0;
  expect(after.flatMap((one) => staleIn(one, versionOf))).toEqual([]);
  const [said, sent] = await Promise.all([timed(sagaTopic), timed(outcomes)]);
  const log = readSagaLog(said.records);
  const excuses = { expired: new Set<string>(), qdrantDied: false };
  expect(watchViolations(watched, log, momentsOf(said, sent, log), excuses)).toEqual([]);
  expect(log.ingestions.size).toBe(names.length * (life.length - 1));
  for (const store of storeNames) {
    const looks = watched.seen.filter((one) => one.store === store && one.shown.length > 0);
    expect(looks.length).toBeGreaterThan(all);
  }
}, 600_000);

/** What each of the eyes of the proofs finds: in stores at rest, beside a serial run, and through the live views. */
async function found(contents: StoreContents): Promise<Readonly<Record<'atRest' | 'unlike' | 'shown', string[]>>> {
  const [said, sent] = await Promise.all([timed(sagaTopic), timed(outcomes)]);
  const log = readSagaLog(said.records);
  const held = await lookAtStores({ contents, stagingFolder: penstock.config.stagingFolder }, [namespace]);
  const looks = storeNames.map(async (store): Promise<Reading[]> => {
    const began = Date.now();
    const sights = await views.look(store, documents);
    const ended = Date.now();
    const versionOf = ({ ingestionId }: Sight): number => log.ingestions.get(ingestionId)?.version ?? 0;
    return names.map((name) => {
      const own = sights.filter(({ document }) => document === `${namespace}/${name}`);
      const shown = own.map((sight) => ({ ...sight, version: sight.version ?? versionOf(sight) }));
      return { store, document: `${namespace}/${name}`, began, ended, shown };
    });
  });
  const readings = (await Promise.all(looks)).flat();
  return {
    atRest: violations({ ...held, sagaLog: said.records, outcomes: sent.records }, log),
    unlike: unlikeReference(await fullContents(contents, [namespace]), reference(said.records, log)),
    shown: readViolations(readings, log, momentsOf(said, sent, log)),
  };
}

it('each of the eyes that found nothing finds what is planted then', async () => {
  const [contents, stores] = [new StoreContents(testStack()), new StoreViews()];
  const nothing = { atRest: [], unlike: [], shown: [] };
  const calm = async (): Promise<true | undefined> =>
    JSON.stringify(await found(contents)) === JSON.stringify(nothing) || undefined;
  await eventually('all to be at rest', calm, outcomeMs).catch(() => undefined);
  expect(await found(contents)).toEqual(nothing);
  const live = await stores.liveIngestions(namespace);
  const planted = [
    ['an orphan point of a document that never was', 'qdrant', randomUUID()],
    ['a chunk row lost', 'postgres', live.postgres['doc 1']],
    ['an episode deleted', 'neo4j', live.neo4j['doc 2']],
  ] as const;

  for (const [index, [name, , ingestionId = '']] of planted.entries()) {
    const victim = { namespace, documentId: `doc ${index}`, ingestionId, version: life.length };
    await damages.find((damage) => damage.name === name)?.plant(stores, victim);
  }

  const { atRest, unlike, shown } = await found(contents);
  for (const [index, [, store]] of planted.entries()) {
    const document = `${namespace}/doc ${index}`;
    expect(atRest).toContainEqual(expect.stringMatching(new RegExp(`^I[12] ${document}`)));
    expect(unlike).toContainEqual(expect.stringContaining(`I4 ${store} holds`));
    expect(shown).toContainEqual(expect.stringMatching(new RegExp(`^I14 ${store} showed .*${document}`)));
  }
  await Promise.all([contents.close(), stores.close()]);
}, 600_000);
