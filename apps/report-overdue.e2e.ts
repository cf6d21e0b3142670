import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Pool } from 'pg';

import { loadConfig } from '#config';
import { migrate } from '#database';
import { Metrics } from '#telemetry';
import { UsageTable } from '#usage';

import { freshDatabase } from '../libs/stores/postgres/fresh-database.contract.js';
import { migrations } from './migrations.js';
import { reportOverdue } from './report-overdue.js';
import { reportSpent } from './report-spent.js';

const config = loadConfig({ PENSTOCK_SAGA_DEADLINE: '24h' });
const admit = `
INSERT INTO penstock.ingestions (ingestion_id, namespace, document_id, version, kind, status, stage, parts_done, counts,
  stores, updated_at, admitted_at, concluded_at)
SELECT gen_random_uuid(), 'a', hours::text, 1, 'ingestion', 'parsed', 'extractor', '{}', '{}', '{}', now(),
  now() - make_interval(hours => hours), CASE WHEN hours = 30 THEN now() END
FROM unnest($1::int[]) AS hours`;
const admitAs = `
INSERT INTO penstock.ingestions (ingestion_id, namespace, document_id, version, kind, status, stage, parts_done, counts,
  stores, updated_at)
VALUES (gen_random_uuid(), 'paying', $1, 1, 'ingestion', $1, 'done', '{}', '{}', '{}', now()) RETURNING ingestion_id`;
const ageCalls = "UPDATE penstock.model_calls SET at = now() - interval '32 days' WHERE purpose = 'before'";
let pool: Pool;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ pool, drop } = await freshDatabase());
  await migrate(pool, migrations);
});

afterAll(() => drop());

it('reports ingestions that did not end in the time they have, and 0 while there are none', async () => {
  const metrics = new Metrics();
  const counts: unknown[] = [];
  const report = async (): Promise<void> => {
    await reportOverdue({ config, metrics, nowMs: () => Date.now(), pool });
    counts.push((await metrics.ingestionsOverdue.get()).values.map(({ value }) => value));
  };

  await report();
  await pool.query(admit, [[1, 25, 26, 30]]);
  await report();

  expect(counts).toEqual([[0], [2]]);
});

it('reports what was spent in this month, of what was rolled back apart from what is live', async () => {
  const metrics = new Metrics();
  const book = new UsageTable(pool);
  const call = { documentId: null, model: 'm', outcome: 'answered', promptTokens: 100, completionTokens: 20 };
  const pays = async (ingestionId: string | null, costUsd: number | null, purpose = 'extraction'): Promise<void> => {
    for (const namespace of ['paying', 'other']) {
      await book.record({ ...call, callId: randomUUID(), namespace, ingestionId, costUsd, purpose });
    }
  };
  const admitted = async (status: string): Promise<string | null> =>
    (await pool.query<{ ingestion_id: string }>(admitAs, [status])).rows[0]?.ingestion_id ?? null;
  const live = await admitted('live');
  await pays(live, 0.5);
  await pays(live, 8, 'before');
  await pays(await admitted('rolled_back'), 0.25);
  await pays(null, null);
  await pool.query(ageCalls);

  await reportSpent({ metrics, nowMs: () => Date.now(), pool });

  const [usd, tokens] = [await metrics.modelSpentUsd.get(), await metrics.modelSpentTokens.get()];
  const shown = [usd, tokens].map(({ values }) =>
    Object.fromEntries(values.map((one) => [one.labels.status, one.value])),
  );
  expect(shown).toEqual([
    { live: 1, none: 0, rolled_back: 0.5 },
    { live: 240, none: 240, rolled_back: 240 },
  ]);
});
