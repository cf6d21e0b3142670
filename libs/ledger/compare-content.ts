import type { ClientBase, Pool } from 'pg';

import { inTransaction, postgresFailure } from '#database';
import { eventId, type DocumentRef, type EventCodec, type OutgoingEvent } from '#events';
import { PermanentFailure } from '#failure';
import { appendToOutbox } from '#outbox';

import { conclusion } from './conclusion.js';
import { holdDocument } from './hold-document.js';
import { insertTimeline, lockRows, saveRows } from './ledger-rows.js';
import type { LedgerRow } from './ledger-row.js';
import { nextUnchanged, type SameContent } from './ledger.js';

/** What a source said of the bytes it gave, and which address did, to be asked later whether they are the same. */
export interface SourceValidators {
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly addressHash?: string;
}

/** The content of an ingestion as its stager knows it. */
export interface ComparedContent extends DocumentRef {
  readonly ingestionId: string;
  /** Stands for all that matters beside the bytes: source, title, metadata and the settings of the pipeline. */
  readonly described: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  readonly stagingRef: string;
  readonly validators: SourceValidators | null;
  /** The work is wanted even if the live version says the same. */
  readonly force: boolean;
}

/** `unchanged`: the ingestion is concluded, and the live version stays. `new`: it takes its way. */
export type Verdict = 'new' | 'unchanged';

/** The bytes of the live version, as their source can be asked for them again. */
export interface LiveSource {
  readonly ingestionId: string;
  readonly validators: SourceValidators;
}

/** Nothing may be under way, or live, that came after the version compared with. */
const nothingNewer = `NOT EXISTS (
  SELECT FROM penstock.ingestions other
  WHERE other.namespace = live.namespace AND other.document_id = live.document_id AND other.version >= live.version
    AND other.ingestion_id NOT IN (own.ingestion_id, live.ingestion_id)
    AND (other.concluded_at IS NULL OR other.status = 'live'))`;
const sameDocument = `live.namespace = own.namespace AND live.document_id = own.document_id AND live.kind = 'ingestion'
  AND live.status = 'live' AND live.version < own.version AND live.described = $2`;

/** Keeps what is compared, and says `new` for good if there is nothing it could be the same as. */
const noteContent = `
UPDATE penstock.ingestions own
SET described = $2, source_validators = $4::jsonb,
  compared_at = CASE
    WHEN $5 OR NOT EXISTS (SELECT FROM penstock.ingestions live WHERE ${sameDocument} AND live.sha256 = $3)
    THEN clock_timestamp() END
WHERE own.ingestion_id = $1 AND own.compared_at IS NULL
RETURNING compared_at IS NOT NULL AS judged`;
const selectSame = `
SELECT live.ingestion_id, live.sha256, live.size_bytes, live.media_type
FROM penstock.ingestions own JOIN penstock.ingestions live ON ${sameDocument}
WHERE own.ingestion_id = $1 AND own.concluded_at IS NULL AND own.error IS NULL AND own.cancelled_at IS NULL
  AND ($3::text IS NULL OR live.sha256 = $3) AND ($4::uuid IS NULL OR live.ingestion_id = $4) AND ${nothingNewer}`;
const selectVerdict = 'SELECT compared_at, same_as FROM penstock.ingestions WHERE ingestion_id = $1';
const markCompared = 'UPDATE penstock.ingestions SET compared_at = clock_timestamp() WHERE ingestion_id = $1';
const selectSource = `
SELECT live.ingestion_id, live.source_validators
FROM penstock.ingestions own JOIN penstock.ingestions live ON ${sameDocument}
WHERE own.ingestion_id = $1 AND live.source_validators IS NOT NULL AND ${nothingNewer}`;

interface SameRow {
  readonly ingestion_id: string;
  readonly sha256: string;
  readonly size_bytes: number | null;
  readonly media_type: string | null;
}

/** A verdict, and the row if the ingestion came to its end by it just now. */
export interface Judged {
  readonly verdict: Verdict;
  readonly concluded?: LedgerRow;
}

/**
 * Tells whether an ingestion says what the live version of its document says already, and concludes it then.
 *
 * A verdict is given under the lock on the document that every new version and every retraction takes, and only if none
 * of them is under way: so the live version is live in all four stores at that moment, and nothing that came before can
 * change that later. It is given once: whoever asks again, or at the same time, is told the same.
 * @throws PermanentFailure if the ingestion was never admitted; TransientFailure if the database is away.
 */
export async function compareContent(
  pool: Pool,
  codec: EventCodec,
  content: ComparedContent,
  nowMs: number,
): Promise<Judged> {
  const { ingestionId, described, sha256, validators, force } = content;
  const values = [ingestionId, described, sha256, validators === null ? null : JSON.stringify(validators), force];
  const note = { name: 'penstock-note-content', text: noteContent, values };
  const { rows } = await pool.query<{ judged: boolean }>(note).catch(refused);
  if (rows[0]?.judged === true) return { verdict: 'new' };
  return inTransaction(pool, async (client) => {
    const before = await lockedVerdict(client, content);
    if (before !== undefined) return { verdict: before };
    const { rows: found } = await client.query<SameRow>(selectSame, [ingestionId, described, sha256, null]);
    const [same] = found;
    if (same === undefined) {
      await client.query(markCompared, [ingestionId]);
      return { verdict: 'new' };
    }
    const { sizeBytes, mediaType, stagingRef } = content;
    const known = { sha256, sizeBytes, mediaType, stagingRef, sameAs: same.ingestion_id };
    return { verdict: 'unchanged', concluded: await conclude(client, codec, ingestionId, known, nowMs) };
  });
}

/** What the source of the live version can be asked with, if it is the same source and nothing newer is under way. */
export async function liveSource(
  pool: Pool,
  { ingestionId, described }: Pick<ComparedContent, 'ingestionId' | 'described'>,
): Promise<LiveSource | undefined> {
  const { rows } = await pool
    .query<{ ingestion_id: string; source_validators: SourceValidators }>(selectSource, [ingestionId, described])
    .catch(refused);
  const [live] = rows;
  return live === undefined ? undefined : { ingestionId: live.ingestion_id, validators: live.source_validators };
}

/**
 * The same verdict without bytes: the source said that they are those of `sameAs`. `new` is no verdict yet: the bytes
 * have to be fetched and compared then.
 */
export function judgeUnmodified(
  pool: Pool,
  codec: EventCodec,
  { sameAs, ...content }: Pick<ComparedContent, 'ingestionId' | 'described' | keyof DocumentRef> & { sameAs: string },
  nowMs: number,
): Promise<Judged> {
  const { ingestionId, described } = content;
  return inTransaction(pool, async (client) => {
    const before = await lockedVerdict(client, content);
    if (before !== undefined) return { verdict: before };
    const { rows } = await client.query<SameRow>(selectSame, [ingestionId, described, null, sameAs]);
    const [same] = rows;
    if (same === undefined) return { verdict: 'new' };
    const { sha256, size_bytes: sizeBytes, media_type: mediaType } = same;
    const known = { sha256, sizeBytes, mediaType, stagingRef: null, sameAs };
    return { verdict: 'unchanged', concluded: await conclude(client, codec, ingestionId, known, nowMs) };
  });
}

/** Holds back new versions and retractions of the document, then looks whether somebody else gave the verdict. */
async function lockedVerdict(
  client: ClientBase,
  { ingestionId, ...document }: Pick<ComparedContent, 'ingestionId' | keyof DocumentRef>,
): Promise<Verdict | undefined> {
  await holdDocument(client, document);
  const { rows } = await client.query<{ compared_at: Date | null; same_as: string | null }>(selectVerdict, [
    ingestionId,
  ]);
  const [own] = rows;
  if (own === undefined) throw new PermanentFailure('the ingestion was never admitted', { reason: 'not-admitted' });
  if (own.same_as !== null) return 'unchanged';
  return own.compared_at === null ? undefined : 'new';
}

async function conclude(
  client: ClientBase,
  codec: EventCodec,
  ingestionId: string,
  same: SameContent,
  nowMs: number,
): Promise<LedgerRow> {
  const [own] = await lockRows(client, [ingestionId], []);
  if (own === undefined) throw new PermanentFailure('the ingestion was never admitted', { reason: 'not-admitted' });
  const row = nextUnchanged(own, same, nowMs);
  await saveRows(client, [row]);
  await client.query(markCompared, [ingestionId]);
  const said: OutgoingEvent = conclusion(row, nowMs);
  const { type, payload } = said.event;
  const entry = {
    store: null,
    role: null,
    part: null,
    atMs: nowMs,
    detail: { status: row.status, sameAs: same.sameAs },
  };
  await insertTimeline(client, [{ ingestionId, eventId: eventId(type, payload), type, ...entry }]);
  await appendToOutbox(client, codec, [said]);
  return row;
}

function refused(error: unknown): never {
  throw postgresFailure(error);
}
