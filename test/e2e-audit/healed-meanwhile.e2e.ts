import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { WrappedWriter } from '#saga';
import {
  storeNames,
  type IngestionRef,
  type PendingBatch,
  type PendingResult,
  type PromoteResult,
  type StoreWriter,
} from '#stores/port';

import { StoreAudits } from '../../apps/audit.js';
import { createPlatform, type Platform } from '../../apps/platform.js';
import { makeStoreWriter } from '../../apps/stores.js';
import { fullContents } from '../chaos/full-contents.js';
import { StoreContents } from '../chaos/store-contents.js';
import { unlikeReference } from '../checker/index.js';
import { eventually } from '../e2e/eventually.js';
import { KafkaOutsider, sagaTopic, type SeenRecord } from '../e2e/kafka-outsider.js';
import { loggedReference } from '../e2e/logged-reference.js';
import type { Accepted } from '../e2e/penstock-api.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from '../e2e/penstock-under-test.js';
import { StoreViews } from '../e2e/store-views.js';
import { testStack } from '../services/addresses.js';
import { damages } from './damages.js';
import { PatientApi } from './patient-api.js';

const patienceMs = 400_000;
const namespace = aNamespace('meanwhile');
const outsider = new KafkaOutsider();
const { signal } = new AbortController();
const damageOf = {
  neo4j: 'an episode deleted',
  postgres: 'a chunk row lost',
  qdrant: 'a point lost',
  redis: 'a list cut short',
} as const;
const acts = ['updated', 'deleted'] as const;
/** Of the repair of one store: it has taken the version out of sight, or has written it anew and not yet shown it. */
const moments = ['before it is written', 'before it is shown'] as const;

/** A document that is damaged in one store, and what its user does with it while it is healed there. */
interface Victim {
  readonly documentId: string;
  readonly store: (typeof storeNames)[number];
  readonly moment: (typeof moments)[number];
  readonly act: (typeof acts)[number];
}

/** In each store one is updated and one deleted, and at each moment two are of either. */
const victims = storeNames.flatMap((store, i) =>
  moments.flatMap((moment, j) =>
    acts
      .filter((_, k) => (i + j + k) % 2 === 0)
      .map((act): Victim => ({ documentId: `${act} ${moment} in ${store}`, store, moment, act })),
  ),
);
const nobodys = 'of no document';
/** What was done so far, each while the audit was healing just that document. */
const done: string[] = [];
let penstock: PenstockUnderTest;
const user = new PatientApi(() => penstock.api, namespace, patienceMs);
let platform: Platform;
let audits: StoreAudits;
let stores: StoreViews;
let contents: StoreContents;
let records: readonly SeenRecord[];

/** The store's own writer, which lets a user act on a document, to the end, between the steps of its repair. */
class OvertakenWriter extends WrappedWriter {
  constructor(writer: StoreWriter) {
    super(writer, (work) => work());
  }

  override async writePending(batch: PendingBatch): Promise<PendingResult> {
    for (const part of batch.parts) await actOn(part, this.store, 'before it is written');
    return super.writePending(batch);
  }

  override async promote(ingestions: readonly IngestionRef[], until: AbortSignal): Promise<PromoteResult[]> {
    for (const one of ingestions) await actOn(one, this.store, 'before it is shown');
    return super.promote(ingestions, until);
  }
}

async function actOn({ documentId }: IngestionRef, store: Victim['store'], moment: Victim['moment']): Promise<void> {
  const victim = victims.find((one) => one.documentId === documentId && one.store === store && one.moment === moment);
  if (victim === undefined || done.includes(documentId)) return;
  done.push(documentId);
  const { api } = penstock;
  const isUpdate = victim.act === 'updated';
  const { ingestionId } = await (isUpdate ? user.submit(documentId, text(documentId, 2)) : user.retract(documentId));
  expect((await api.outcome(ingestionId, patienceMs)).status).toBe(isUpdate ? 'live' : 'retracted');
}

/** All speak of the same company, so that entities and facts are shared between what goes, comes and stays. */
function text(name: string, version: number): string {
  return [
    `Ada Lovelace is the CEO of ACME Corporation in Berlin. Notes on ${name}, edition ${version}.`,
    `John Smith works for ACME Corporation. He met Maria Garcia${version} in Paris on 12 March 2024.`,
    `Bosch Technologies acquired Siemens Software for 3 million dollars. Edition ${version} says so of ${name}.`,
  ].join('\n\n');
}

async function auditOnce(repair: boolean): Promise<string[]> {
  const found: string[] = [];
  await eventually(
    'an audit to run',
    () =>
      audits.run(
        {
          ...{ repair, remove: false, namespace },
          onFinding: ({ store, document }, outcome) =>
            found.push(`${document?.documentId ?? nobodys} ${store} ${outcome}`),
        },
        signal,
      ),
    patienceMs,
  );
  return found.sort();
}

beforeAll(async () => {
  [stores, contents] = [new StoreViews(), new StoreContents(testStack())];
  [penstock] = await Promise.all([startPenstock({ chunkTokens: 24, chunkOverlapTokens: 0 }), outsider.connect()]);
  records = await outsider.watch(sagaTopic);
  platform = createPlatform(penstock.config, 'meanwhile');
  audits = new StoreAudits(platform, (own, store) => new OvertakenWriter(makeStoreWriter(own, store)));
  await platform.codec.start();
}, patienceMs);

afterAll(async () => {
  await Promise.all([penstock.stop(), audits.close(), stores.close(), contents.close(), outsider.close()]);
  await platform.pool.end();
});

it(
  'gives way to what users do with a document while it is healed, and leaves no trace of what it had begun',
  async () => {
    const accepted: Accepted[] = [];
    for (const { documentId } of victims) accepted.push(await user.submit(documentId, text(documentId, 1)));
    for (const { ingestionId } of accepted) {
      expect((await penstock.api.outcome(ingestionId, patienceMs)).status).toBe('live');
    }
    for (const [index, { documentId, store }] of victims.entries()) {
      const { ingestionId = '', version = 0 } = accepted[index] ?? {};
      const damage = damages.find(({ name }) => name === damageOf[store]);
      await damage?.plant(stores, { namespace, documentId, ingestionId, version });
    }

    const found = await auditOnce(true);

    expect(done.toSorted()).toEqual(victims.map(({ documentId }) => documentId).sort());
    expect(found.filter((one) => !one.startsWith(nobodys))).toEqual(
      victims.map(({ documentId, store }) => `${documentId} ${store} healed`).sort(),
    );
    // Of an episode that was deleted, and not healed as its user was quicker, entities and facts are left.
    expect(new Set(found.filter((one) => one.startsWith(nobodys)))).toEqual(new Set([`${nobodys} neo4j healed`]));
    expect(
      unlikeReference(await fullContents(contents, [namespace]), await loggedReference(outsider, records, namespace)),
    ).toEqual([]);
    const kept = victims.filter(({ act }) => act === 'updated').map(({ documentId }) => documentId);
    for (const live of Object.values(await stores.liveIngestions(namespace))) {
      expect(Object.keys(live).sort()).toEqual(kept.toSorted());
    }
    expect(await auditOnce(false)).toEqual([]);
  },
  3 * patienceMs,
);
