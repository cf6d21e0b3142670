import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Pool } from 'pg';

import { loadConfig } from '#config';
import { migrate } from '#database';
import { Metrics } from '#telemetry';

import { freshDatabase } from '../libs/stores/postgres/fresh-database.contract.js';
import { migrations } from './migrations.js';
import { reportOverdue } from './report-overdue.js';

const config = loadConfig({ PENSTOCK_SAGA_DEADLINE: '24h' });
const admit = `
INSERT INTO penstock.ingestions (ingestion_id, namespace, document_id, version, kind, status, stage, parts_done, counts,
  stores, updated_at, admitted_at, concluded_at)
SELECT gen_random_uuid(), 'a', hours::text, 1, 'ingestion', 'parsed', 'extractor', '{}', '{}', '{}', now(),
  now() - make_interval(hours => hours), CASE WHEN hours = 30 THEN now() END
FROM unnest($1::int[]) AS hours`;
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
