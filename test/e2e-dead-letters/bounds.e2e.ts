import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { createPool, migrate } from '#database';
import { DeadLetterReader, deadLettersMigrations, DeadLetterStage, LetterBytes } from '#dead-letters';
import { PoisonMessage } from '#failure';
import type { KafkaRecord, StageContext } from '#kafka';
import { ledgerMigrations } from '#ledger';

import { testStack } from '../services/addresses.js';

const codec = { decode: () => Promise.reject(new PoisonMessage('nobody can read it')) };
const name = `letters_${randomUUID().replaceAll('-', '')}`;
const dayMs = 86_400_000;
let pool: pg.Pool;
let reader: DeadLetterReader;

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client(testStack().postgres);
  await client.connect();
  await client.query(sql);
  await client.end();
}

beforeAll(async () => {
  await onServer(`CREATE DATABASE ${name}`);
  pool = createPool(Object.assign(new URL(testStack().postgres), { pathname: name }).href, { name: 'letters-test' });
  await migrate(pool, [...ledgerMigrations, ...deadLettersMigrations]);
  reader = new DeadLetterReader(pool, codec);
});

afterAll(async () => {
  await pool.end();
  await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
});

function aRecord(offset: number, replayOf?: string): KafkaRecord {
  const place = { 'deadletter.topic': 'penstock.documents.staged', 'deadletter.offset': String(offset) };
  const headers = replayOf === undefined ? place : { ...place, 'deadletter.replay-of': replayOf };
  const where = { topic: 'penstock.documents.dead-letter', partition: 0, offset: 0n, timestampMs: 0 };
  return { ...where, key: Buffer.from('acme/report'), value: Buffer.from([0, 255]), headers };
}

function context(nowMs = Date.now()): StageContext {
  return { attempt: 0, triedForMs: 0, nowMs: () => nowMs, signal: new AbortController().signal };
}

async function kept(): Promise<number[]> {
  const { items } = await reader.list({}, 100);
  return items.map(({ offset }) => offset);
}

describe('the table of dead letters', () => {
  it('holds each letter once, however often it comes', async () => {
    const stage = new DeadLetterStage(pool, codec, { deadLettersMax: 100, deadLettersTtlMs: dayMs });

    await stage.take([aRecord(1), aRecord(2), aRecord(1)], context());
    await stage.take([aRecord(2), aRecord(3)], context());

    expect(await kept()).toEqual([3, 2, 1]);
    const [newest] = (await reader.list({}, 1)).items;
    const whole = await reader.letter(newest?.id ?? '', { value: true });
    expect(Buffer.from(whole.value ?? '', 'base64')).toEqual(Buffer.from([0, 255]));
  });

  it('keeps the newest when there are too many', async () => {
    const stage = new DeadLetterStage(pool, codec, { deadLettersMax: 2, deadLettersTtlMs: dayMs });

    await stage.take([aRecord(4), aRecord(5)], context());

    expect(await kept()).toEqual([5, 4]);
  });

  it('takes room from the namespace that has most of it, though its letters are newer', async () => {
    const stage = new DeadLetterStage(pool, codec, { deadLettersMax: 4, deadLettersTtlMs: dayMs });
    const ofOther = (offset: number): KafkaRecord => ({ ...aRecord(offset), key: Buffer.from('other/report') });

    await stage.take([ofOther(1), ofOther(2), ofOther(3), ofOther(6), ofOther(7)], context());
    expect(await kept()).toEqual([7, 6, 5, 4]);
    await stage.prune(Date.now());
    expect(await kept()).toEqual([7, 6, 5, 4]);

    await pool.query("DELETE FROM penstock.dead_letters WHERE namespace = 'other'");
  });

  it('walks through all of them, page by page', async () => {
    const first = await reader.list({}, 1);
    const second = await reader.list({}, 1, first.nextCursor);

    expect([...first.items, ...second.items].map(({ offset }) => offset)).toEqual([5, 4]);
    expect(second.nextCursor).toBeUndefined();
    await expect(reader.list({}, 1, 'x')).rejects.toMatchObject({ reason: 'bad-cursor' });
  });

  it('keeps the end of a long history', async () => {
    const stage = new DeadLetterStage(pool, codec, { deadLettersMax: 100, deadLettersTtlMs: dayMs });
    const ids: string[] = [];

    for (let offset = 100; offset < 125; offset += 1) {
      await stage.take([aRecord(offset, ids.at(-1))], context());
      ids.push((await reader.list({}, 1)).items[0]?.id ?? '');
    }

    const [last] = (await reader.list({}, 1)).items;
    expect(last?.history.map(({ id }) => id)).toEqual(ids.slice(-21, -1));
    expect(await stage.prune(Date.now() + 2 * dayMs)).toBeGreaterThanOrEqual(25);
    await stage.take([aRecord(4), aRecord(5)], context());
  });

  it('keeps as many when numbers are missing between them, as batches that were taken back leave them', async () => {
    const stage = new DeadLetterStage(pool, codec, { deadLettersMax: 3, deadLettersTtlMs: dayMs });
    const passOver = `SELECT nextval(pg_get_serial_sequence('penstock.dead_letters', 'seq')) FROM generate_series(1, 9)`;
    await pool.query(passOver);

    await stage.take([aRecord(6)], context());

    expect(await kept()).toEqual([6, 5, 4]);
  });

  it('lets go of what is too old, also while no letter comes', async () => {
    const stage = new DeadLetterStage(pool, codec, { deadLettersMax: 100, deadLettersTtlMs: dayMs });

    expect(await stage.prune(Date.now() + 2 * dayMs)).toBe(3);

    expect(await kept()).toEqual([]);
  });
});

describe('staged bytes', () => {
  const ids = Array.from({ length: 7 }, () => randomUUID());
  const [failed = '', replay = '', underWay = '', ended = ''] = ids;

  async function ledgerKnows(ingestionId: string, stagingRef: string | null, concluded: boolean): Promise<void> {
    await pool.query(
      `INSERT INTO penstock.ingestions (ingestion_id, namespace, document_id, version, kind, status, stage, staging_ref,
         parts_done, counts, stores, updated_at, concluded_at)
       VALUES ($1, 'acme', 'report', 1, 'ingestion', 'any', 'parser', $2, '{}', '{}', '{}', now(), $3)`,
      [ingestionId, stagingRef, concluded ? new Date() : null],
    );
  }

  async function letterOf(ingestionId: string): Promise<void> {
    const stage = new DeadLetterStage(pool, codec, { deadLettersMax: 100, deadLettersTtlMs: dayMs });
    const letter = aRecord(1);
    await stage.take([{ ...letter, headers: { ...letter.headers, ce_ingestionid: ingestionId } }], context());
  }

  it('are needed before any stage has met their ingestion, and while that waits for what it came out of', async () => {
    const bytes = new LetterBytes(pool);
    const [submitted = '', held = '', parent = ''] = ids.slice(4);
    await ledgerKnows(submitted, null, false);
    await ledgerKnows(parent, null, true);
    await pool.query(
      `INSERT INTO penstock.held_children (parent_ingestion_id, ingestion_id, namespace, document_id, submission)
       VALUES ($1, $2, 'acme', 'attachment', '')`,
      [parent, held],
    );

    expect((await bytes.among(ids)).toSorted()).toEqual([submitted, held].toSorted());
    await pool.query('DELETE FROM penstock.held_children');
    await pool.query('UPDATE penstock.ingestions SET concluded_at = now()');
    expect(await bytes.among(ids)).toEqual([]);
  });

  it('are needed while there is a letter that is replayed from them, and while their ingestion is under way', async () => {
    const bytes = new LetterBytes(pool);
    await ledgerKnows(failed, failed, true);
    await ledgerKnows(replay, failed, true);
    await ledgerKnows(randomUUID(), underWay, false);
    await ledgerKnows(ended, ended, true);

    await letterOf(failed);
    expect((await bytes.among([...ids, 'no uuid'])).toSorted()).toEqual([failed, underWay].toSorted());
    await pool.query('DELETE FROM penstock.dead_letters');
    expect(await bytes.among(ids)).toEqual([underWay]);
    await letterOf(replay);

    // The replay failed as well; of an upload bytes lie under its own id.
    expect((await bytes.among(ids)).toSorted()).toEqual([failed, replay, underWay].toSorted());
  });
});
