import type { Pool } from 'pg';

import { rowsOf } from '#database';
import { storeNames } from '#stores/port';

import type { OpenWork } from './board.js';
import type { TroubleReader } from './trouble-reader.js';

/** Beyond these a board says as much: it must not cost more, the more there is to do. */
const countedMax = 50_000;
const recentMax = 1_000;

const selectOpen = `
SELECT stage, count(*)::int AS documents,
  ${storeNames.map((store) => `(count(*) FILTER (WHERE ${unsettled(store)}))::int AS ${store}`).join(',\n  ')}
FROM (SELECT stage, status, stores FROM penstock.ingestions WHERE concluded_at IS NULL LIMIT ${countedMax}) AS open
GROUP BY stage`;
const selectRest = `
SELECT (SELECT count(*)::int FROM (SELECT 1 FROM penstock.outbox LIMIT ${countedMax}) AS waiting) AS rows,
  (SELECT extract(epoch FROM now() - created_at)::float8 FROM penstock.outbox ORDER BY id LIMIT 1) AS age,
  (SELECT count(*)::int FROM penstock.outbox WHERE refused_at IS NOT NULL) AS refused,
  (SELECT count(*)::int FROM
    (SELECT 1 FROM penstock.dead_letters WHERE replayed_at IS NULL LIMIT ${countedMax}) AS letters) AS letters,
  (SELECT coalesce(jsonb_object_agg(status, ingestions), '{}') FROM
    (SELECT status, count(*)::int AS ingestions FROM
      (SELECT status FROM penstock.ingestions ORDER BY ingestion_id DESC LIMIT ${recentMax}) AS newest
    GROUP BY status) AS statuses) AS recent`;

type StageRow = { readonly stage: string; readonly documents: number } & Readonly<Record<string, number | string>>;
interface RestRow {
  readonly rows: number;
  /** Null if nothing waits. */
  readonly age: number | null;
  readonly refused: number;
  readonly letters: number;
  readonly recent: OpenWork['recent'];
}

/** Counts what is open in PostgreSQL. Throws TransientFailure if it is away. */
export class OpenWorkReader {
  constructor(
    private readonly pool: Pool,
    private readonly troubles: TroubleReader,
  ) {}

  async read(): Promise<OpenWork> {
    const [stages, [rest], troubles] = await Promise.all([
      rowsOf<StageRow>(this.pool, selectOpen, []),
      rowsOf<RestRow>(this.pool, selectRest, []),
      this.troubles.read(),
    ]);
    const { rows = 0, age = null, refused = 0, letters = 0, recent = {} } = rest ?? {};
    const open = stages.reduce((sum, { documents }) => sum + documents, 0);
    const outbox = { rows, ageSeconds: Math.max(0, Math.round((age ?? 0) * 10) / 10), refused };
    return { inFlight: inFlightOf(stages), open, outbox, deadLetters: letters, recent, ...troubles };
  }
}

/** A writer has every document that is being written and whose fate its store has not settled. */
function unsettled(store: string): string {
  return `status = 'writing' AND stores ->> '${store}' IN ('pending', 'written')`;
}

function inFlightOf(rows: readonly StageRow[]): Record<string, number> {
  const roles = ['stager', 'parser', 'extractor', 'embedder'];
  const stages = roles.map((role) => [role, rows.find(({ stage }) => stage === role)?.documents ?? 0] as const);
  const writers = storeNames.map((store) => {
    const documents = rows.reduce((sum, row) => sum + Number(row[store] ?? 0), 0);
    return [`writer-${store}`, documents] as const;
  });
  return Object.fromEntries([...stages, ...writers]);
}
