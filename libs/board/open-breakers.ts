import type { Pool } from 'pg';

import { rowsOf, type Migration } from '#database';

/** A breaker that spares something the calls of a role. */
export interface OpenBreaker {
  readonly role: string;
  /** What is not called, e.g. `neo4j`. */
  readonly dependency: string;
  /** Processes of the role in which it is open. */
  readonly processes: number;
  /** The reason of the last failure. */
  readonly reason: string;
  /** When the first of them opened, ISO 8601. */
  readonly since: string;
}

/** A breaker of one process. */
interface ProcessBreaker {
  readonly role: string;
  readonly dependency: string;
  readonly process: string;
}

const createOpenBreakers = `
CREATE TABLE penstock.open_breakers (
  role text NOT NULL,
  dependency text NOT NULL,
  process text NOT NULL,
  reason text NOT NULL,
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (role, dependency, process)
)`;

export const boardMigrations: readonly Migration[] = [{ name: '2026-11-28-open-breakers', sql: createOpenBreakers }];

/** An open breaker lets a probe through every few seconds; one that says nothing for longer has lost its process. */
const silence = "interval '2 minutes'";

const sayOpen = `
WITH forgotten AS (DELETE FROM penstock.open_breakers WHERE seen_at < clock_timestamp() - ${silence})
INSERT INTO penstock.open_breakers (role, dependency, process, reason) VALUES ($1, $2, $3, $4)
ON CONFLICT (role, dependency, process) DO UPDATE SET reason = excluded.reason, seen_at = excluded.seen_at`;
const sayClosed = 'DELETE FROM penstock.open_breakers WHERE role = $1 AND dependency = $2 AND process = $3';
const selectOpen = `
SELECT role, dependency, count(*)::int AS processes, min(opened_at) AS since,
  (array_agg(reason ORDER BY seen_at DESC))[1] AS reason
FROM penstock.open_breakers WHERE seen_at > clock_timestamp() - ${silence}
GROUP BY role, dependency ORDER BY since`;

/**
 * Breakers that are open in any process, so that whoever looks need not ask each of them. What PostgreSQL can't be
 * told, as it is away itself, stays unsaid: it is said again when the breaker opens the next time.
 */
export class OpenBreakers {
  private saying: Promise<void> = Promise.resolve();

  constructor(private readonly pool: Pool) {}

  opened({ role, dependency, process }: ProcessBreaker, reason: string): void {
    this.say(sayOpen, [role, dependency, process, reason]);
  }

  closed({ role, dependency, process }: ProcessBreaker): void {
    this.say(sayClosed, [role, dependency, process]);
  }

  /** Those that were open longest first. @throws TransientFailure if the database is away. */
  async read(): Promise<OpenBreaker[]> {
    const rows = await rowsOf<Omit<OpenBreaker, 'since'> & { readonly since: Date }>(this.pool, selectOpen, []);
    return rows.map((row) => ({ ...row, since: row.since.toISOString() }));
  }

  /** One after another, or a breaker that closed at once would stay open here. */
  private say(statement: string, values: readonly string[]): void {
    this.saying = this.saying.then(() =>
      rowsOf(this.pool, statement, values).then(
        () => undefined,
        () => undefined,
      ),
    );
  }
}
