import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { storeNames } from '#stores/port';

import { eventually } from '../e2e/eventually.js';
import { KafkaOutsider, type SeenRecord } from '../e2e/kafka-outsider.js';
import { lookAtDeadlines } from '../e2e/look-at-deadlines.js';
import type { Accepted } from '../e2e/penstock-api.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from '../e2e/penstock-under-test.js';
import { runAudit } from '../e2e/run-audit.js';
import { acmeReport } from '../e2e/samples.js';
import { StoreViews } from '../e2e/store-views.js';
import { threeDaysPass, TopicRetention } from '../processes/topic-retention.js';

const longMs = 400_000;
const topic = 'penstock.documents.outcomes';
const namespace = aNamespace('unheard');
const outsider = new KafkaOutsider();
const retention = new TopicRetention('ledger', longMs, topic);
const ids = { first: '', created: '', second: '', refused: '', retraction: '' };
let outcomes: readonly SeenRecord[];
let penstock: PenstockUnderTest;
let stores: StoreViews;

jest.setTimeout(3 * longMs);

beforeAll(async () => {
  stores = new StoreViews();
  [penstock] = await Promise.all([
    startPenstock({ failWriter: 'redis:refused' }),
    outsider.connect(),
    retention.connect(),
  ]);
  outcomes = await outsider.watch(topic);
  for (const documentId of ['gone', 'updated']) {
    ids.first = (await penstock.api.inline(namespace, documentId, acmeReport)).ingestionId;
    expect((await penstock.api.outcome(ids.first, longMs)).status).toBe('live');
  }
  await retention.allRead();
  await penstock.pause();
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([outsider.close(), retention.close(), stores.close()]);
});

/** Waits until each store has said on the topic what became of an ingestion. */
async function said(type: string, ingestionId: string): Promise<void> {
  const told = (): number =>
    outcomes.filter(({ headers }) => headers['ce_ingestionid'] === ingestionId && headers['ce_type']?.endsWith(type))
      .length;
  await eventually(`four times ${type}`, () => told() >= storeNames.length || undefined, longMs);
}

async function isWrittenByLedger(ingestionId: string): Promise<void> {
  await eventually(
    'the ledger to have heard of four receipts',
    async () => {
      const seen = await penstock.api.ingestion(ingestionId);
      return Object.values(seen.stores).every((state) => state === 'written') || undefined;
    },
    longMs,
  );
}

async function audited(...flags: string[]): Promise<string[]> {
  const { findings } = (await runAudit(namespace, flags)).report;
  return findings.map(({ kind, documentId, outcome }) => `${documentId} ${kind} ${outcome}`).sort();
}

describe('a ledger that comes back after retention removed what the stores had said', () => {
  it('ends with its reason', async () => {
    await penstock.restart(['ledger']);
    const { api } = penstock;
    const accepted = (document: string, text: string): Promise<Accepted> => api.inline(namespace, document, text);
    ids.created = (await accepted('created', acmeReport)).ingestionId;
    ids.second = (await accepted('updated', `${acmeReport}\nOla Berg joined.`)).ingestionId;
    ids.refused = (await accepted('refused', acmeReport)).ingestionId;
    ids.retraction = (await api.retract(namespace, 'gone')).ingestionId;
    await said('StorePromoted', ids.created);
    await said('StorePromoted', ids.second);
    await said('StoreCompensated', ids.refused);
    await said('StoreRetracted', ids.retraction);
    await retention.allRead(retention.groupId);
    await penstock.pause();
    await retention.expire();

    // It may end before all roles have started, or after.
    const ended = await penstock.restart().then(
      () => eventually('the ledger to end', () => penstock.fatal[0], longMs),
      (error: unknown) => error,
    );

    expect(ended).toMatchObject({ reason: 'offset-gap', message: expect.stringContaining(topic) });
  });

  it('does not know the ends when it was moved past the gap, though the four stores agree', async () => {
    await penstock.pause();
    await retention.moveOn();
    await penstock.restart();

    for (const id of [ids.created, ids.second]) await isWrittenByLedger(id);
    const live = { created: ids.created, updated: ids.second };
    expect(await stores.liveIngestions(namespace)).toEqual({ postgres: live, neo4j: live, qdrant: live, redis: live });
    expect((await penstock.api.ingestion(ids.created)).status).toBe('writing');
    expect(await audited()).toEqual([]);
  });

  it('is told by the audit which versions are live, and asks itself for the ends of the others', async () => {
    await threeDaysPass(stores, namespace);

    const unheard = (outcome: string): string[] =>
      ['created', 'updated'].flatMap((name) => storeNames.map(() => `${name} unconcluded ${outcome}`));
    expect(await audited()).toEqual(unheard('found'));
    expect(await audited('--repair')).toEqual(unheard('healed'));
    await lookAtDeadlines(penstock.config);

    const ends = { created: 'live', second: 'live', refused: 'rolled_back', retraction: 'retracted' } as const;
    for (const [name, status] of Object.entries(ends)) {
      const seen = await penstock.api.outcome(ids[name as keyof typeof ends], longMs);
      expect([name, seen.status]).toEqual([name, status]);
    }
    expect((await penstock.api.ingestion(ids.first)).status).toBe('superseded');
    expect(await audited()).toEqual([]);
  });
});
