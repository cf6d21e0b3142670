import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';

import { inTransaction, migrate } from '#database';
import { topics } from '#events';
import { makeStaging, type StagingOptions } from '#pipeline/stager';

import { LedgerDatabase } from '../ledger/ledger-database.js';
import { DeadLetterReader, DeadLetterReplay, deadLettersMigrations } from './index.js';
import { keepLetters } from './keep-letters.js';
import { letterOf } from './letter.js';

const stackUrl = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string }).postgres;
const database = new LedgerDatabase(stackUrl);
const document = { namespace: 'default', documentId: 'doc' };

beforeAll(async () => {
  await database.open();
  await migrate(database.pool, deadLettersMigrations);
});
afterAll(() => database.close());

describe('a record that nobody can read', () => {
  it('is sent again behind a retraction of its document that is being committed', async () => {
    const { codec, pool } = database;
    const record = { topic: topics.deadLetter.name, partition: 0, offset: 7n, timestampMs: 0 };
    const original = { key: Buffer.from('default/doc'), value: Buffer.from('nonsense') };
    const letter = letterOf({ ...record, ...original, headers: { 'deadletter.topic': topics.saga.name } }, undefined);
    await inTransaction(pool, (client) => keepLetters(client, [letter]));
    await database.admitted(document);
    const letters = new DeadLetterReader(pool, codec);
    const staging = makeStaging({ stagingFolder: tmpdir(), stagingBucket: undefined } as StagingOptions);
    const replay = new DeadLetterReplay(pool, codec, letters, staging, () => 0);

    const waited = await database.besideRetraction(document, async () => replay.replay(await letters.whole(letter.id)));

    expect(waited).toBe(true);
    const { rows } = await pool.query<{ again: boolean }>(
      `SELECT headers ? 'deadletter.replay-of' AS again FROM outbox ORDER BY id`,
    );
    expect(rows.map(({ again }) => again)).toEqual([false, true]);
  });
});
