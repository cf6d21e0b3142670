import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { storeNames } from '#stores/port';

import { fullContents } from '../chaos/full-contents.js';
import { StoreContents } from '../chaos/store-contents.js';
import type { Artefact, Contents } from '../checker/index.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from '../e2e/penstock-under-test.js';
import { runAudit, type Found, type Report } from '../e2e/run-audit.js';
import { StoreViews } from '../e2e/store-views.js';
import { testStack } from '../services/addresses.js';
import { damages, type Damage, type Victim } from './damages.js';
import { PatientApi } from './patient-api.js';

const namespace = aNamespace('audit');
/** All of it together takes seconds where nothing else runs; every wait is for a condition. */
const patienceMs = 900_000;
const victims = new Map<Damage, Victim>();
let penstock: PenstockUnderTest;
let stores: StoreViews;
let contents: StoreContents;
/** All that users could read before anything was damaged. */
let before: Contents;

/** Each document speaks of people of its own and of the company that all of them share. */
const text = (name: string, version = 1): string =>
  [
    `Ada Lovelace${version} is the CEO of ACME Corporation in Berlin. Notes on ${name}, edition ${version}.`,
    `John Smith works for ACME Corporation. He met Maria Garcia in Paris on 12 March 2024.`,
    `Bosch Technologies acquired Siemens Software for 3 million dollars. Version ${version} says so of ${name}.`,
  ].join('\n\n');

const user = new PatientApi(() => penstock.api, namespace, patienceMs);

async function ingest(documentId: string, content: string): Promise<Victim> {
  const { ingestionId, version } = await user.submit(documentId, content);
  const { status } = await penstock.api.outcome(ingestionId, patienceMs);
  expect([documentId, status]).toEqual([documentId, documentId.includes('refused') ? 'rolled_back' : 'live']);
  return { namespace, documentId, ingestionId, version };
}

/** Brings a document into the state that a damage needs. */
async function victimOf({ to, name }: Damage, index: number): Promise<Victim> {
  const documentId = to === 'rolled back' ? `refused ${index}` : `victim ${index}`;
  if (to === 'nobody') return { namespace, documentId, ingestionId: randomUUID(), version: 1 };
  const victim = await ingest(documentId, text(name));
  if (to === 'updated') await ingest(documentId, text(name, 2));
  if (to === 'retracted') await remove(documentId);
  return victim;
}

function audit(...flags: string[]): ReturnType<typeof runAudit> {
  return runAudit(namespace, flags);
}

async function remove(documentId: string): Promise<void> {
  const { ingestionId } = await user.retract(documentId);
  expect((await penstock.api.outcome(ingestionId, patienceMs)).status).toBe('retracted');
}

/**
 * Creates, updates and deletes documents until it is told to stop, and then deletes those that are left; answers how
 * many it brought to an end.
 */
async function traffic(signal: AbortSignal): Promise<number> {
  const there = new Set<string>();
  let ended = 0;
  while (!signal.aborted) {
    const documentId = `traffic ${ended % 5}`;
    const { ingestionId } = await user.submit(documentId, text(documentId, ended));
    await penstock.api.outcome(ingestionId, patienceMs);
    there.add(documentId);
    ended += 1;
    if (ended % 7 === 0 && there.delete(documentId)) await remove(documentId);
  }
  for (const documentId of there) await remove(documentId);
  return ended;
}

/** What users can read in each store, a line for each piece with all that it says, its vectors included. */
function linesOf(all: Contents, isAskedFor: (one: Artefact) => boolean = () => true): Record<string, string[]> {
  const line = ({ document, ingestionId, what, value }: Artefact): string =>
    `${what} of ${document} ${ingestionId}: ${value}`;
  return Object.fromEntries(storeNames.map((store) => [store, all[store].filter(isAskedFor).map(line).sort()]));
}

/** Runs work while documents come and go. */
async function underTraffic<T>(work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const running = traffic(over.signal);
  try {
    return await work();
  } finally {
    over.abort();
    expect(await running).toBeGreaterThan(0);
  }
}

/** Findings about a document, or about the pieces that were planted for it. */
function findingsOf({ findings }: Report, { documentId, ingestionId }: Victim): Found[] {
  return findings.filter((found) => found.documentId === documentId || found.id.startsWith(ingestionId));
}

const named = (found: readonly Found[]): string[] => found.map(({ kind, store }) => `${kind} ${store}`).sort();

beforeAll(async () => {
  stores = new StoreViews();
  contents = new StoreContents(testStack());
  penstock = await startPenstock({ failWriter: 'redis:refused', chunkTokens: 24, chunkOverlapTokens: 0 });
  await Promise.all(
    damages.map(async (damage, index) => {
      victims.set(damage, await victimOf(damage, index));
    }),
  );
}, 2 * patienceMs);

afterAll(async () => {
  await penstock.stop();
  await Promise.all([stores.close(), contents.close()]);
});

describe('the audit', () => {
  it(
    'finds nothing while documents come and go',
    async () => {
      const result = await underTraffic(() => audit());

      expect(result.report.findings).toEqual([]);
      expect(result.finished.code).toBe(0);
      expect(result.report.documents).toBeGreaterThan(victims.size / 2);
    },
    2 * patienceMs,
  );

  it(
    'does not take a cache that expired for damage',
    async () => {
      const keys = await stores.redis.keys(`penstock:${namespace}:document:*`);
      const dumped = await Promise.all(keys.map((key) => stores.redis.dumpBuffer(key)));
      await stores.redis.del(...keys);

      const { report } = await audit();

      for (const [index, key] of keys.entries()) await stores.redis.restore(key, 0, dumped[index] as Buffer);
      expect(keys.length).toBeGreaterThan(10);
      expect(report.findings).toEqual([]);
    },
    patienceMs,
  );

  it(
    'leaves a document alone that it can not make again as it was, and heals it once it can',
    async () => {
      const { ingestionId } = await ingest('kept', text('kept'));
      for (const table of ['entities', 'mentions', 'facts']) {
        await stores.sql(`DELETE FROM penstock.store_${table} WHERE ingestion_id = $1`, [ingestionId]);
      }

      const changed = await runAudit(namespace, ['--repair'], { PENSTOCK_ENTITY_TYPES: 'Product' });
      const { status } = await penstock.api.ingestion(ingestionId);
      const live = await stores.liveIngestions(namespace);
      const asBefore = await audit('--repair');

      expect(changed.report.findings).toMatchObject([{ kind: 'torn', store: 'postgres', outcome: 'left' }]);
      expect(changed.finished.code).toBe(1);
      expect(status).toBe('live');
      for (const store of Object.values(live)) expect(store).toMatchObject({ kept: ingestionId });
      expect(asBefore.report.findings).toMatchObject([{ kind: 'torn', store: 'postgres', outcome: 'healed' }]);
      await remove('kept');
    },
    patienceMs,
  );

  it(
    'calls each of the damages by its name, while documents come and go',
    async () => {
      before = await fullContents(contents, [namespace]);

      for (const damage of damages) await damage.plant(stores, victims.get(damage) as Victim);

      const result = await underTraffic(() => audit());

      const seen = damages.map((damage) => [
        damage.name,
        named(findingsOf(result.report, victims.get(damage) as Victim)),
      ]);
      expect(seen).toEqual(damages.map(({ name, found }) => [name, found.toSorted()]));
      expect(result.finished.code).toBe(1);
    },
    2 * patienceMs,
  );

  it(
    'heals all that can be healed, while documents come and go, and deletes what can not only if it is told to',
    async () => {
      const result = await underTraffic(() => audit('--repair'));

      const outcomes = damages.map((damage) => {
        const own = findingsOf(result.report, victims.get(damage) as Victim);
        return [damage.name, [...new Set(own.map(({ outcome }) => outcome))]];
      });
      expect(outcomes).toEqual(damages.map(({ name, outcome = 'healed' }) => [name, [outcome]]));
      expect(result.finished.code).toBe(1);
      // Not by what the audit says: by all that is in the stores, read by none of its code.
      const lost = new Set(damages.flatMap((one) => (one.outcome === 'left' ? victims.get(one)?.ingestionId : [])));
      const isWhole = ({ what, ingestionId }: Artefact): boolean =>
        !(lost.has(ingestionId) && ['chunk row', 'chunk point'].includes(what));
      // A cache may lose a document whole; it comes back when somebody reads it.
      const isLostFromCache = ({ to, found }: Damage): boolean => to === 'live' && found.includes('orphan redis');
      const uncached = damages.filter(isLostFromCache).flatMap((one) => victims.get(one) ?? []);
      for (const { documentId } of uncached) await penstock.api.document(namespace, documentId, 'chunks');
      const now = await fullContents(contents, [namespace]);
      expect(linesOf(now, isWhole)).toEqual(linesOf(before, isWhole));
      const told = await underTraffic(() => audit('--repair', '--remove'));
      expect(new Set(told.report.findings.map(({ outcome }) => outcome))).toEqual(new Set(['removed']));
      expect(told.finished.code).toBe(0);
      const again = await underTraffic(() => audit());
      expect(again.report.findings).toEqual([]);
      const forged = 'MATCH ()-[r {group_id: $namespace, fact: $fact}]->() RETURN r.uuid';
      expect(await stores.cypher(forged, { namespace, fact: 'forged' })).toEqual([]);
      expect(await stores.sql(`SELECT FROM penstock.live_facts WHERE fact = 'forged'`)).toEqual([]);
    },
    2 * patienceMs,
  );
});
