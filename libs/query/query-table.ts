import type { Pool } from 'pg';

import { postgresFailure, type Migration } from '#database';

import { QueryLog, type AskedQuery } from './query-log.js';

const table = `
CREATE TABLE penstock.queries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  asked_at timestamptz NOT NULL DEFAULT now(),
  namespace text NOT NULL,
  mode text NOT NULL,
  query text,
  route text NOT NULL,
  cached boolean NOT NULL,
  took_ms real NOT NULL,
  hits integer NOT NULL,
  left_out integer NOT NULL
);
CREATE INDEX queries_namespace ON penstock.queries (namespace, id);
CREATE INDEX queries_asked_at ON penstock.queries (asked_at);
`;

const failed = 'ALTER TABLE penstock.queries ADD COLUMN failed boolean NOT NULL DEFAULT false';

export const queryMigrations: readonly Migration[] = [
  { name: '2026-11-28-queries', sql: table },
  { name: '2026-11-29-failed-queries', sql: failed },
];

const insert = `
INSERT INTO penstock.queries (namespace, mode, query, route, cached, took_ms, hits, left_out, failed)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::real[], $7::int[], $8::int[],
  $9::boolean[])`;
const trim = `DELETE FROM penstock.queries WHERE asked_at < now() - $1 * interval '1 millisecond'`;

/** Writing takes the processor from whoever asks just then; questions at a steady rate would meet it every second. */
const flushMs = 5_000;
const waitingMax = 10_000;
const trimEveryMs = 600_000;
const queryCharsMax = 512;

export interface QueryTableOptions {
  /** How long a question is kept. */
  readonly keptMs: number;
  /** Whether its words are kept as well, or only what became of it. */
  readonly words: boolean;
  readonly nowMs: () => number;
  /** Told if questions could not be kept, or with 0 that old ones could not be removed. */
  readonly onLost: (count: number, error: unknown) => void;
}

interface Lost {
  count: number;
  error: unknown;
}

/** Keeps questions in PostgreSQL, some at a time and after they were answered. */
export class QueryTable extends QueryLog {
  private waiting: AskedQuery[] = [];
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();
  private trimmedAtMs = 0;

  constructor(
    private readonly pool: Pool,
    private readonly options: QueryTableOptions,
  ) {
    super();
  }

  override note(query: AskedQuery): void {
    if (this.waiting.length >= waitingMax) return;
    this.waiting.push(query);
    this.timer ??= setTimeout(() => void this.flush(), flushMs).unref();
  }

  /** Writes what waits; resolves when it is written, or lost. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const queries = this.waiting;
    this.waiting = [];
    if (queries.length > 0) this.flushing = this.flushing.then(() => this.write(queries));
    await this.flushing;
  }

  private async write(queries: readonly AskedQuery[]): Promise<void> {
    const lost: Lost = { count: 0, error: undefined };
    await this.writeHalves(queries, lost);
    if (lost.count > 0) this.options.onLost(lost.count, lost.error);
    if (lost.count < queries.length) await this.trim();
  }

  /** Rows that the database refuses are halved until the one at fault is found; its neighbours are written. */
  private async writeHalves(queries: readonly AskedQuery[], lost: Lost): Promise<void> {
    try {
      await this.pool.query(insert, columnsOf(queries, this.options));
    } catch (error) {
      const failure = postgresFailure(error);
      if (failure.kind !== 'permanent' || queries.length === 1) {
        lost.count += queries.length;
        lost.error = failure;
        return;
      }
      const half = Math.ceil(queries.length / 2);
      await this.writeHalves(queries.slice(0, half), lost);
      await this.writeHalves(queries.slice(half), lost);
    }
  }

  private async trim(): Promise<void> {
    const { keptMs, nowMs } = this.options;
    if (nowMs() - this.trimmedAtMs < trimEveryMs) return;
    this.trimmedAtMs = nowMs();
    try {
      await this.pool.query(trim, [keptMs]);
    } catch (error) {
      this.options.onLost(0, postgresFailure(error));
    }
  }
}

function columnsOf(queries: readonly AskedQuery[], { words }: QueryTableOptions): unknown[][] {
  const column = <T>(of: (query: AskedQuery) => T): T[] => queries.map(of);
  return [
    column(({ namespace }) => namespace),
    column(({ mode }) => mode),
    column(({ query }) => (words ? storable(query) : null)),
    column(({ route }) => route),
    column(({ cached }) => cached),
    column(({ tookMs }) => tookMs),
    column(({ hits }) => hits),
    column(({ leftOut }) => leftOut),
    column(({ failed }) => failed),
  ];
}

/** PostgreSQL refuses NUL and lone surrogates. */
function storable(query: string): string {
  return query.slice(0, queryCharsMax).toWellFormed().replaceAll('\u0000', '');
}
