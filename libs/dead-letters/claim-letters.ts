import type { ClientBase } from 'pg';

const lockOne = `SELECT FROM penstock.dead_letters WHERE id = $1 AND replayed_at IS NULL FOR UPDATE`;
const lockIngestion = `
SELECT id FROM penstock.dead_letters
WHERE replayed_at IS NULL AND (id = $1 OR ingestion_id = $2 AND value IS NOT NULL AND event IS NOT NULL)
ORDER BY id FOR UPDATE`;
const mark = `
UPDATE penstock.dead_letters SET replayed_at = clock_timestamp(), replay_ingestion_id = $2 WHERE id = ANY($1::uuid[])`;

/** Holds a letter for a replay; false if it has had one. */
export async function claimLetter(client: ClientBase, id: string): Promise<boolean> {
  const { rowCount } = await client.query(lockOne, [id]);
  return rowCount === 1;
}

/**
 * Holds a letter and all others of its ingestion, which one new ingestion replays together: several parts of a
 * document may have failed. @returns their ids; those that were replayed already are not among them.
 */
export async function claimIngestionLetters(
  client: ClientBase,
  { id, ingestionId }: { readonly id: string; readonly ingestionId: string | null },
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(lockIngestion, [id, ingestionId]);
  return rows.map((row) => row.id);
}

/** @param ingestionId the ingestion that began with it, if one did. */
export async function markReplayed(
  client: ClientBase,
  ids: readonly string[],
  ingestionId: string | null,
): Promise<void> {
  await client.query(mark, [ids, ingestionId]);
}
