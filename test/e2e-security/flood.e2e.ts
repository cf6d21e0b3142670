import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { roleNames } from '../../apps/roles.js';
import { eventually } from '../e2e/eventually.js';
import { aNamespace } from '../e2e/penstock-under-test.js';
import type { Answer } from '../e2e/penstock-api.js';
import { startRoles, type RoleProcess } from '../e2e/run-penstock.js';
import { StoreViews } from '../e2e/store-views.js';
import { secrets } from '../e2e-access/secrets.js';
import { CallerApi, forgetKeys, makeKey } from '../e2e-access/tenants.js';

const withinMs = 400_000;
const perMinute = 120;
const uploadsAtOnce = 50;
const uploads = 1000;
const documents = 10_000;
/** What one client of a program has under way at once when it means no harm. */
const atOnce = 250;
const growthMax = 300 * 1024 * 1024;
const limits = { PENSTOCK_RATE_LIMIT: String(perMinute), PENSTOCK_UPLOADS_MAX: String(uploadsAtOnce) };
const stores = new StoreViews();
let door: RoleProcess;
let behind: RoleProcess;

beforeAll(async () => {
  const settings = { ...secrets, ...limits };
  door = await startRoles(['api'], settings, withinMs);
  behind = await startRoles(
    roleNames.filter((role) => role !== 'api'),
    settings,
    withinMs,
  );
}, 2 * withinMs);

afterAll(async () => {
  await forgetKeys();
  await Promise.all([door.stop(), behind.stop(), stores.close()]);
});

/** A quarter of a megabyte with one sentence in it, another one each time. */
function upload(api: CallerApi, namespace: string, number: number): Promise<Answer> {
  const content = `${' '.repeat(262_144)}Note ${number} of John Smith, who works for ACME Corporation.`;
  return api.upload({ name: `${number}.txt`, content }, { namespace, documentId: String(number) });
}

function countByStatus(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** How much the process of the API took more than before, at its most. */
async function growthBy(work: () => Promise<void>): Promise<number> {
  const before = door.residentBytes();
  await work();
  return door.peakBytes() - before;
}

async function aCaller(namespace: string): Promise<CallerApi> {
  return new CallerApi(door.address, { authorization: `Bearer ${await makeKey(['ingest', 'read'], [namespace])}` });
}

/** All that was taken comes to its end, and nothing else was made of what was not. */
async function concluded(namespace: string, taken: number): Promise<string[]> {
  return eventually(
    `${taken} documents of ${namespace} to be concluded`,
    async () => {
      const rows = await stores.sql('SELECT status FROM penstock.ingestions WHERE namespace = $1', [namespace]);
      const statuses = rows.map(({ status }) => String(status));
      return statuses.length === taken && statuses.every((status) => status === 'live') ? statuses : undefined;
    },
    withinMs,
  );
}

describe('more than anybody may send', () => {
  it(
    `of ${uploads} uploads at once takes as many as it can and the key may, and tells the others to come again`,
    async () => {
      const namespace = aNamespace('flood-uploads');
      const api = await aCaller(namespace);
      let answers: Answer[] = [];

      const growth = await growthBy(async () => {
        answers = await Promise.all(Array.from({ length: uploads }, (_, number) => upload(api, namespace, number)));
      });

      const counts = countByStatus(answers);
      expect(Object.keys(counts)).toEqual(['202', '429']);
      expect(new Set(answers.map(({ body }) => body['reason']))).toEqual(
        new Set([undefined, 'rate-limited', 'too-many-uploads']),
      );
      expect(counts[202]).toBeGreaterThanOrEqual(uploadsAtOnce);
      expect(growth).toBeLessThan(growthMax);
      expect(await concluded(namespace, counts[202] ?? 0)).toHaveLength(counts[202] ?? 0);
    },
    2 * withinMs,
  );

  it(
    `answers each of ${documents} tiny documents`,
    async () => {
      const namespace = aNamespace('flood-documents');
      const api = await aCaller(namespace);
      const statuses: Answer[] = [];
      const send = async (first: number): Promise<void> => {
        for (let number = first; number < documents; number += atOnce) {
          const document = { namespace, documentId: String(number), source: 'inline', content: `Note ${number}.` };
          statuses.push(await api.json('/v1/documents', document));
        }
      };

      const growth = await growthBy(async () => {
        await Promise.all(Array.from({ length: atOnce }, (_, first) => send(first)));
      });

      const counts = countByStatus(statuses);
      expect(Object.keys(counts)).toEqual(['202', '429']);
      expect((counts[202] ?? 0) + (counts[429] ?? 0)).toBe(documents);
      expect(growth).toBeLessThan(growthMax);
      expect(await concluded(namespace, counts[202] ?? 0)).toHaveLength(counts[202] ?? 0);
    },
    2 * withinMs,
  );
});
