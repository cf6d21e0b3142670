import type { Pool } from 'pg';

import { rowCursor, rowsOf } from '#database';
import { classify } from '#failure';

/** What somebody does that others may ask about later. */
export interface Act {
  /** `key:ID`, `token:SUBJECT`, `anyone`, or `shell:USER@HOST` for the command line. */
  readonly actor: string;
  readonly actorName: string;
  /** E.g. `document.delete`, `key.revoke`. */
  readonly act: string;
  /** Null for what belongs to none. */
  readonly namespace: string | null;
  /** What it is done to, by its id. */
  readonly subject: string;
}

export interface KeptAct extends Act {
  readonly id: string;
  readonly at: string;
  /** `done`, or the reason why not; null if nobody knows. */
  readonly outcome: string | null;
}

export interface ActPage {
  readonly items: readonly KeptAct[];
  readonly nextCursor?: string;
}

const insert = `
INSERT INTO penstock.admin_acts (actor, actor_name, act, namespace, subject) VALUES ($1, $2, $3, $4, $5)
RETURNING id::text AS id`;
const conclude = 'UPDATE penstock.admin_acts SET outcome = $2 WHERE id = $1';
const selectPage = `
SELECT id::text AS id, at, actor, actor_name AS "actorName", act, namespace, subject, outcome
FROM penstock.admin_acts
WHERE ($1::text[] IS NULL OR namespace = ANY ($1)) AND ($2::bigint IS NULL OR id < $2) ORDER BY admin_acts.id DESC LIMIT $3`;

/** The audit log. Rows are added and never removed; every method throws TransientFailure if the database is away. */
export class AdminActs {
  constructor(private readonly pool: Pool) {}

  /** Notes an act, then does it, then notes what came of it: what can't be noted is not done. */
  async record<T>(act: Act, work: () => Promise<T>): Promise<T> {
    const values = [act.actor, act.actorName, act.act, act.namespace, act.subject];
    const [row] = await rowsOf<{ id: string }>(this.pool, insert, values);
    try {
      const result = await work();
      await this.conclude(row?.id, 'done');
      return result;
    } catch (error) {
      await this.conclude(row?.id, classify(error).reason);
      throw error;
    }
  }

  /** Newest first. @throws PermanentFailure `bad-cursor`. */
  async list(
    namespaces: readonly string[] | undefined,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<ActPage> {
    const rows = await rowsOf<KeptAct & { at: Date }>(this.pool, selectPage, [
      ...[namespaces ?? null, rowCursor(cursor), limit + 1],
    ]);
    const items = rows.slice(0, limit).map((row) => ({ ...row, at: row.at.toISOString() }));
    const last = items.at(-1);
    return rows.length > limit && last !== undefined ? { items, nextCursor: last.id } : { items };
  }

  /** That the outcome could not be noted does not undo the act, and must not be told as if it did. */
  private async conclude(id: string | undefined, outcome: string): Promise<void> {
    await rowsOf(this.pool, conclude, [id, outcome]).catch(() => undefined);
  }
}
