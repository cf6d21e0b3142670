import type { ClientBase } from 'pg';

import type { Letter } from './letter.js';

/** How many dead letters are kept, and for how long. */
export interface LetterBounds {
  readonly deadLettersMax: number;
  readonly deadLettersTtlMs: number;
}

/**
 * A letter that a replay led to begins with the history of the one that was replayed: its own ingestion, or the record
 * itself, names it. Whoever writes a record may name any letter in it, so one of another document tells nothing. Of a
 * long history the end is kept.
 */
const insertLetters = `
INSERT INTO penstock.dead_letters (id, namespace, document_id, ingestion_id, event, stage, topic, source_partition,
  source_offset, key, value, headers, failure_type, reason, message, attempts, failed_at, history, truncated_from_bytes)
SELECT new.id, new.namespace, new.document_id, new.ingestion_id, new.event, new.stage, new.topic, new.source_partition,
  new.source_offset, decode(new.key, 'base64'), decode(new.value, 'base64'), new.headers, new.failure_type,
  new.reason, new.message, new.attempts, to_timestamp(new.failed_at::float8 / 1000), coalesce(earlier.history, '[]'),
  new.truncated_from_bytes
FROM jsonb_to_recordset($1::jsonb) AS new (id uuid, namespace text, document_id text, ingestion_id uuid, event text,
  stage text, topic text, source_partition int, source_offset bigint, key text, value text, headers jsonb,
  failure_type text, reason text, message text, attempts int, failed_at bigint, replay_of uuid,
  truncated_from_bytes int)
LEFT JOIN LATERAL (
  SELECT jsonb_path_query_array(before.history, '$[last - 18 to last]') || jsonb_build_array(jsonb_build_object(
    'id', before.id, 'ingestionId', before.ingestion_id, 'stage', before.stage, 'reason', before.reason,
    'message', before.message, 'failedAt', before.failed_at, 'replayedAt', before.replayed_at)) AS history
  FROM penstock.dead_letters AS before
  WHERE (before.id = new.replay_of OR before.replay_ingestion_id = new.ingestion_id)
    AND before.namespace IS NOT DISTINCT FROM new.namespace
    AND before.document_id IS NOT DISTINCT FROM new.document_id
  ORDER BY before.seq DESC LIMIT 1) AS earlier ON true
WHERE NOT EXISTS (SELECT FROM penstock.dead_letters AS known WHERE known.id = new.id)
ON CONFLICT (id) DO NOTHING`;

/**
 * Of too many letters those go that are farthest from the newest of their own namespace: one whose documents are bad
 * makes no other lose a letter, nor the bytes that it is replayed from.
 */
const prune = `
DELETE FROM penstock.dead_letters
WHERE kept_at < to_timestamp($2::float8 / 1000) OR seq IN (
  SELECT seq FROM (
    SELECT seq, row_number() OVER (PARTITION BY namespace ORDER BY seq DESC) AS place FROM penstock.dead_letters
    WHERE (SELECT count(*) FROM penstock.dead_letters) > $1::bigint) AS numbered
  ORDER BY place, seq DESC OFFSET $1::bigint)`;

/** Keeps letters in their order; those that are known already stay as they are. */
export async function keepLetters(client: ClientBase, letters: readonly Letter[]): Promise<void> {
  await client.query(insertLetters, [JSON.stringify(letters.map(toRecord))]);
}

/** Removes what is too old or too much, and returns how many that were. */
export async function pruneLetters(
  client: Pick<ClientBase, 'query'>,
  { deadLettersMax, deadLettersTtlMs }: LetterBounds,
  nowMs: number,
): Promise<number> {
  const { rowCount } = await client.query(prune, [deadLettersMax, nowMs - deadLettersTtlMs]);
  return rowCount ?? 0;
}

function toRecord(letter: Letter): Record<string, unknown> {
  const { id, namespace, event, stage, topic, headers, reason, message, attempts } = letter;
  return {
    ...{ id, namespace, event, stage, topic, headers, reason, message, attempts },
    ...{ document_id: letter.documentId, ingestion_id: letter.ingestionId, source_partition: letter.partition },
    ...{ source_offset: letter.offset, failure_type: letter.failureType, failed_at: letter.failedAtMs },
    ...{ key: letter.key?.toString('base64') ?? null, value: letter.value?.toString('base64') ?? null },
    ...{ replay_of: letter.replayOf, truncated_from_bytes: letter.truncatedFromBytes },
  };
}
