import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Config } from '#config';

import { eventually } from '../e2e/eventually.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from '../e2e/penstock-under-test.js';
import { runPenstock } from '../e2e/run-penstock.js';
import { StoreViews } from '../e2e/store-views.js';

const namespace = aNamespace('audit-seen');
const patienceMs = 900_000;
const content = ['Ada Lovelace is the CEO of ACME Corporation in Berlin.', 'John Smith works for ACME Corporation.'];
let stores: StoreViews;

interface Status {
  readonly audit: {
    readonly finishedAt: string;
    readonly repair: boolean;
    readonly documents: number;
    readonly findings: readonly { readonly kind: string; readonly store: string; readonly count: number }[];
    readonly outcomes: Readonly<Record<string, number>>;
  } | null;
}

const lineOf = ({ out }: { readonly out: string }): string =>
  out.split('\n').find((line) => line.startsWith('audit ')) ?? '';

/** On a busy machine a service may be too slow for a status, which then says that it does not know. */
function status(): Promise<{ audit: NonNullable<Status['audit']>; line: string }> {
  const known = async () => {
    const { audit } = JSON.parse((await runPenstock(['status', '--json'])).out) as Status;
    const line = lineOf(await runPenstock(['status']));
    return audit === null || line.includes('unknown') ? undefined : { audit, line };
  };
  return eventually('the last audit to be known', known, patienceMs);
}

/** Values of a metric by their labels. */
async function metric({ api }: PenstockUnderTest, name: string): Promise<Record<string, number>> {
  const { body } = await api.ask('GET', '/metrics');
  const lines = [...String(body['text']).matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, 'gm'))];
  return Object.fromEntries(lines.map(([, labels = '', value]) => [labels, Number(value)]));
}

/** Runs all roles, whose janitor audits again and again, until work with them is over. */
async function whileAuditing(repair: boolean, work: (penstock: PenstockUnderTest) => Promise<void>): Promise<void> {
  const often: Partial<Config> = { auditIntervalMs: 2000, auditRepair: repair };
  const penstock = await startPenstock({ chunkTokens: 16, chunkOverlapTokens: 0, ...often });
  try {
    await work(penstock);
  } finally {
    await penstock.stop();
  }
}

const findings = async (penstock: PenstockUnderTest): Promise<string[]> =>
  Object.keys(await metric(penstock, 'penstock_audit_findings'));
const torn = (store: string): string => `kind="torn",store="${store}"`;

beforeAll(async () => {
  stores = new StoreViews();
  await whileAuditing(false, async ({ api }) => {
    const { ingestionId } = await api.inline(namespace, 'report', content.join('\n\n'));
    expect((await api.outcome(ingestionId, patienceMs)).status).toBe('live');
    await stores.sql('DELETE FROM penstock.store_chunks WHERE ingestion_id = $1 AND seq = 1', [ingestionId]);
    await stores.redis.ltrim(`penstock:${namespace}:document:report:chunks`, 0, 0);
    const vector = { dense: [1, ...Array.from({ length: 383 }, () => 0)] };
    const points = [{ id: randomUUID(), vector, payload: { ingestion_id: randomUUID(), text: 'of nobody' } }];
    await stores.qdrant.upsert('penstock_chunks', { wait: true, points });
  });
}, 2 * patienceMs);

afterAll(async () => {
  await stores.close();
});

describe('what audits of the janitor come to', () => {
  it(
    'is shown by metrics and by the status',
    async () => {
      await whileAuditing(false, async (penstock) => {
        await eventually(
          'an audit of this janitor to find something',
          async () => (await metric(penstock, 'penstock_audits_total'))['outcome="findings"'],
          patienceMs,
        );
        const { audit, line } = await status();

        expect(await findings(penstock)).toEqual(
          expect.arrayContaining([torn('postgres'), torn('redis'), 'kind="orphan",store="qdrant"']),
        );
        const { 'outcome="findings"': withFindings, 'outcome="clean"': clean } = await metric(
          penstock,
          'penstock_audits_total',
        );
        expect([withFindings, clean]).toEqual([expect.any(Number), undefined]);
        const { 'outcome="found"': found = 0 } = await metric(penstock, 'penstock_audit_outcomes_total');
        expect(found).toBeGreaterThanOrEqual(3 * (withFindings ?? 0));
        expect((await metric(penstock, 'penstock_audit_documents'))['']).toBeGreaterThan(0);
        expect((await metric(penstock, 'penstock_audit_duration_seconds'))['']).toBeGreaterThan(1);
        const finished = (await metric(penstock, 'penstock_audit_finished_timestamp_seconds'))[''] ?? 0;
        expect(Math.abs(Date.now() / 1000 - finished)).toBeLessThan(patienceMs / 1000);
        expect(audit).toMatchObject({ repair: false, documents: expect.any(Number) });
        expect(audit.findings).toContainEqual({ kind: 'torn', store: 'postgres', count: expect.any(Number) });
        const total = audit.findings.reduce((sum, { count }) => sum + count, 0);
        expect(audit.outcomes['found']).toBe(total);
        expect(line).toMatch(/^audit +[1-9]\d* documents, [1-9]\d* findings, [1-9]\d* not healed, 20\d\d-/);
      });
    },
    2 * patienceMs,
  );

  it(
    'is not said to be none where the ledger can not be read',
    async () => {
      const away = { PENSTOCK_POSTGRES_URL: 'postgres://penstock:penstock@127.0.0.1:1/penstock' };

      const line = lineOf(await runPenstock(['status'], away));

      expect(line).toMatch(/^audit +unknown$/);
    },
    patienceMs,
  );

  it(
    'is healed where they repair, and then nothing is shown any more',
    async () => {
      await whileAuditing(true, async (penstock) => {
        await eventually(
          'an audit to find nothing',
          async () => (await metric(penstock, 'penstock_audits_total'))['outcome="clean"'],
          patienceMs,
        );
        const { audit, line } = await status();

        const healed = (await metric(penstock, 'penstock_audit_outcomes_total'))['outcome="healed"'];
        expect(healed).toBeGreaterThanOrEqual(3);
        expect(await findings(penstock)).toEqual([]);
        expect(audit).toMatchObject({ repair: true, findings: [], outcomes: { found: 0, left: 0 } });
        expect(line).toMatch(/^audit +[1-9]\d* documents, nothing found, 20\d\d-/);
      });
    },
    2 * patienceMs,
  );
});
