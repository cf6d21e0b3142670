import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';

import { pino } from 'pino';

import { migrate } from '#database';
import type { DocumentRetracted, DocumentSubmitted } from '#events';
import { makeStaging, type Staging } from '#pipeline/stager';

import { FrontAccount } from '../../test/services/front-account.js';
import { LedgerDatabase } from '../ledger/ledger-database.js';
import { frontPorts } from './front-ports.contract.js';
import { FrontCursors, frontMigrations, FrontSync } from './index.js';

const stackUrl = (JSON.parse(process.env['PENSTOCK_TEST_STACK'] ?? '{}') as { postgres: string }).postgres;
const database = new LedgerDatabase(stackUrl);
const signal = new AbortController().signal;
const namespace = 'front';
let account: FrontAccount;
let folder: string;
let staging: Staging;
let logged: string;

beforeAll(async () => {
  await database.open();
  await migrate(database.pool, frontMigrations);
});
afterAll(() => database.close());

beforeEach(async () => {
  const tables = ['ingestions', 'ingestion_events', 'documents', 'outbox', 'front_cursors', 'front_changes'];
  await database.pool.query(`TRUNCATE ${tables.join(', ')}, front_messages`);
  account = new FrontAccount();
  await account.start();
  folder = await mkdtemp(join(tmpdir(), 'penstock-front-'));
  staging = makeStaging({ stagingFolder: folder, stagingBucket: undefined } as Parameters<typeof makeStaging>[0]);
  logged = '';
});
afterEach(async () => {
  await account.stop();
  await rm(folder, { recursive: true });
});

/** What reads the account; each call is a process that knows nothing of the one before. */
function aSync(triesMax = 1, cursors = new FrontCursors(database.pool, namespace)): FrontSync {
  const keep = new Writable({
    write: (piece: Buffer, _encoding, done) => {
      logged += piece.toString();
      done();
    },
  });
  const log = pino({ level: 'trace' }, keep);
  return new FrontSync({ ...frontPorts({ account, database, staging, namespace, triesMax }), cursors, log });
}

/** Everything is to be looked at again, just before one of the pages counts as noted. */
class InterruptedCursors extends FrontCursors {
  private pages = 0;

  constructor(private readonly at: number) {
    super(database.pool, namespace);
  }

  override async crawledTo(...page: Parameters<FrontCursors['crawledTo']>): ReturnType<FrontCursors['crawledTo']> {
    this.pages += 1;
    if (this.pages === this.at) await this.restart();
    return super.crawledTo(...page);
  }
}

async function submitted(): Promise<DocumentSubmitted[]> {
  const said = await database.said();
  return said.flatMap(({ type, payload }) => (type === 'DocumentSubmitted' ? [payload as DocumentSubmitted] : []));
}

async function retracted(): Promise<string[]> {
  const said = await database.said();
  const payloads = said.flatMap(({ type, payload }) =>
    type === 'DocumentRetracted' ? [payload as DocumentRetracted] : [],
  );
  return payloads.map(({ documentId }) => documentId);
}

function refuse(path: RegExp, status: number, body = ''): void {
  account.trouble = ({ url }, response) => {
    if (!path.test(url ?? '')) return false;
    response.writeHead(status).end(body);
    return true;
  };
}

describe('reading a Front account', () => {
  it('submits every message of every conversation once, with its bytes staged already', async () => {
    for (const id of ['cnv_1', 'cnv_2', 'cnv_3', 'cnv_4', 'cnv_5']) {
      for (const part of ['a', 'b', 'c'])
        account.receive(id, { id: `msg_${id.slice(4)}${part}`, body: `<p>${id} ${part}</p>` });
    }
    account.receive('cnv_5', { id: 'msg_5d', draft_mode: 'shared' });

    const turn = await aSync().turn(signal);

    expect(turn).toEqual({ conversations: 5, submitted: 15, unchanged: 0, retracted: 0, failed: 0 });
    const all = await submitted();
    expect(new Set(all.map(({ documentId }) => documentId)).size).toBe(15);
    const first = all.find(({ documentId }) => documentId === 'front/msg_1a');
    expect(first).toMatchObject({
      ...{ namespace, documentId: 'front/msg_1a', source: 'frontapp', location: 'messages/msg_1a', version: 1 },
      metadata: { front_message_id: 'msg_1a', front_conversation_id: 'cnv_1', front_type: 'email' },
    });
    for (const { ingestionId } of all)
      expect(await staging.stat(ingestionId ?? '')).toMatchObject({ sizeBytes: expect.any(Number) });
    const mail = await text(await staging.read(first?.ingestionId ?? ''));
    expect(mail).toMatch(/^From: Maria Keller <maria@globex\.example>\r\nTo: <support@acme\.example>/u);
    expect(account.asked('/conversations?')).toBe(3);
  });

  it('begins the list again if the page where it stopped is not to be had any more', async () => {
    for (const number of [1, 2, 3, 4, 5, 6]) account.receive(`cnv_${number}`, { id: `msg_${number}` });
    refuse(/^\/conversations\?.*page_token=4/u, 503);
    await expect(aSync().turn(signal)).rejects.toMatchObject({ kind: 'transient' });
    let expired = 0;
    account.trouble = ({ url }, response) => {
      if (expired > 0 || !/^\/conversations\?.*page_token=4/u.test(url ?? '')) return false;
      expired += 1;
      response.writeHead(400).end();
      return true;
    };

    expect(await aSync().turn(signal)).toMatchObject({ conversations: 6, submitted: 6 });

    expect(expired).toBe(1);
    account.events.length = 0;
    expect(await aSync().turn(signal)).toMatchObject({ conversations: 0 });
  });

  it.each([1, 2, 3])('reads the list again if that is asked for while a turn is at page %i of it', async (at) => {
    for (const number of [1, 2, 3, 4, 5, 6]) account.receive(`cnv_${number}`, { id: `msg_${number}` });
    await aSync(1, new InterruptedCursors(at)).turn(signal);

    const pages: number[] = [];
    for (let turn = 0; turn < 2; turn += 1) {
      account.requests.length = 0;
      await aSync().turn(signal);
      pages.push(account.asked('/conversations?'));
    }

    expect(pages).toEqual([3, 0]);
    expect(await submitted()).toHaveLength(6);
  });

  it('reads a message without a file that can not be had, and says which', async () => {
    const [lost, kept] = ['lost.txt', 'kept.txt'].map((name) =>
      account.attach(`fil_${name[0]}`, name, Buffer.from(name)),
    );
    account.receive('cnv_1', { id: 'msg_1', body: '<p>two files</p>', attachments: [lost, kept] });
    account.files.delete('fil_k');
    account.filesStatus = 403;

    expect(await aSync().turn(signal)).toMatchObject({ submitted: 1, failed: 0 });

    const [{ ingestionId }] = (await submitted()) as [DocumentSubmitted];
    const mail = await text(await staging.read(ingestionId ?? ''));
    const body = Buffer.from(mail.split('base64\r\n\r\n').at(-1)?.split('--')[0] ?? '', 'base64').toString();
    expect(body).toContain('two files');
    expect(body).toContain('Attachments that could not be fetched: lost.txt, kept.txt');
    expect(account.storageRequests.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it('passes over a conversation that the token may not read', async () => {
    account.receive('cnv_1', { id: 'msg_1' });
    account.receive('cnv_2', { id: 'msg_2' });
    refuse(/^\/conversations\/cnv_1/u, 403);

    expect(await aSync().turn(signal)).toMatchObject({ conversations: 1, submitted: 1, failed: 1 });

    const { rows } = await database.pool.query('SELECT conversation_id, given_up FROM front_changes');
    expect(rows).toEqual([{ conversation_id: 'cnv_1', given_up: 'front-forbidden' }]);
  });

  it('waits as long as Front wants wherever it is put off, goes on there, and reads everything once', async () => {
    const file = account.attach('fil_1', 'a.txt', Buffer.from('words'));
    for (const number of [1, 2, 3]) account.receive(`cnv_${number}`, { id: `msg_${number}`, attachments: [file] });
    const puttingOff = [
      /^\/conversations\?.*page_token=2/u,
      /^\/events\?/u,
      /^\/conversations\/cnv_2$/u,
      /^\/conversations\/cnv_2\/messages/u,
      /^\/download\//u,
    ];
    const waited: number[] = [];
    let putOff: { readonly path: string | undefined; readonly atMs: number } | undefined;
    account.trouble = ({ url }, response) => {
      if (putOff !== undefined) {
        waited.push(url === putOff.path ? Date.now() - putOff.atMs : 0);
        putOff = undefined;
        return false;
      }
      const index = puttingOff.findIndex((path) => path.test(url ?? ''));
      if (index < 0) return false;
      puttingOff.splice(index, 1);
      putOff = { path: url, atMs: Date.now() };
      response.writeHead(429, { 'retry-after': '1' }).end('{"_error":{"status":429}}');
      return true;
    };

    const turn = await aSync(3).turn(signal);

    expect(turn).toEqual({ conversations: 3, submitted: 3, unchanged: 0, retracted: 0, failed: 0 });
    expect(puttingOff).toEqual([]);
    expect(waited).toHaveLength(5);
    for (const ms of waited) expect(ms).toBeGreaterThanOrEqual(995);
    expect((await submitted()).map(({ documentId }) => documentId).sort()).toEqual(
      [1, 2, 3].map((number) => `front/msg_${number}`),
    );
    expect(account.asked('/conversations?')).toBe(3);
  });

  it('keeps its place when Front puts it off for longer than a turn waits, and the next turn goes on there', async () => {
    for (const number of [1, 2, 3, 4, 5, 6]) account.receive(`cnv_${number}`, { id: `msg_${number}` });
    await aSync(2).turn(signal);
    account.receive('cnv_7', { id: 'msg_7' });
    const heard = await database.pool.query('SELECT * FROM front_cursors');
    account.trouble = ({ url }, response) => {
      if (!/^\/events\?/u.test(url ?? '')) return false;
      response.writeHead(429, { 'retry-after': '0' }).end();
      return true;
    };
    await expect(aSync(2).turn(signal)).rejects.toMatchObject({ kind: 'transient', reason: 'http-status' });
    expect((await database.pool.query('SELECT * FROM front_cursors')).rows).toEqual(heard.rows);
    account.trouble = () => false;
    account.requests.length = 0;

    expect(await aSync(2).turn(signal)).toMatchObject({ submitted: 1, failed: 0 });

    expect((await submitted()).at(-1)).toMatchObject({ documentId: 'front/msg_7' });
    expect(account.asked('/conversations?')).toBe(0);
  });

  it('costs two requests the second time, and nothing else', async () => {
    account.receive('cnv_1', { id: 'msg_1' });
    await aSync().turn(signal);
    const before = await database.said();
    account.events.length = 0;
    account.requests.length = 0;

    expect(await aSync().turn(signal)).toMatchObject({ conversations: 0, submitted: 0 });

    expect(account.requests.map(({ path }) => path.split('?')[0])).toEqual(['/events']);
    expect(await database.said()).toEqual(before);
  });

  it('goes on at the page where it was stopped, and misses nothing that happened meanwhile', async () => {
    for (const number of [1, 2, 3, 4, 5, 6]) account.receive(`cnv_${number}`, { id: `msg_${number}` });
    refuse(/^\/conversations\?.*page_token=4/u, 503);
    await expect(aSync().turn(signal)).rejects.toMatchObject({ kind: 'transient' });
    account.trouble = () => false;
    account.requests.length = 0;
    account.receive('cnv_1', { id: 'msg_7' });

    expect(await aSync().turn(signal)).toMatchObject({ conversations: 6, submitted: 7 });

    expect(account.asked('/conversations?')).toBe(1);
  });

  it('submits nothing twice if it is stopped between two messages', async () => {
    const file = account.attach('fil_1', 'a.txt', Buffer.from('words'));
    account.receive('cnv_1', { id: 'msg_1' });
    account.receive('cnv_1', { id: 'msg_2', attachments: [file] });
    refuse(/^\/download/u, 500);
    expect(await aSync().turn(signal)).toMatchObject({ failed: 3, submitted: 0 });
    expect(await submitted()).toHaveLength(1);
    account.trouble = () => false;

    expect(await aSync().turn(signal)).toMatchObject({ conversations: 1, submitted: 1, unchanged: 1, failed: 0 });

    expect((await submitted()).map(({ documentId }) => documentId)).toEqual(['front/msg_1', 'front/msg_2']);
  });

  it('retracts what is gone, and submits it anew when it is back', async () => {
    account.receive('cnv_1', { id: 'msg_1' });
    account.receive('cnv_2', { id: 'msg_2' });
    await aSync().turn(signal);
    account.trash('cnv_1');

    expect(await aSync().turn(signal)).toMatchObject({ retracted: 1, submitted: 0 });
    expect(await retracted()).toEqual(['front/msg_1']);
    expect(await aSync().turn(signal)).toMatchObject({ retracted: 0 });

    const conversation = account.conversations.get('cnv_1');
    if (conversation !== undefined) conversation.status = 'archived';
    account.happen('restore', 'cnv_1', null);
    expect(await aSync().turn(signal)).toMatchObject({ submitted: 1, retracted: 0 });
    const versions = (await submitted()).filter(({ documentId }) => documentId === 'front/msg_1');
    expect(versions.map(({ version }) => version)).toEqual([1, 2]);
    expect(versions[0]?.ingestionId).not.toBe(versions[1]?.ingestionId);
  });

  it('retracts a message that its conversation does not list any more, and a conversation that does not exist', async () => {
    account.receive('cnv_1', { id: 'msg_1' });
    account.receive('cnv_1', { id: 'msg_2' });
    account.receive('cnv_2', { id: 'msg_3' });
    await aSync().turn(signal);
    account.conversations.get('cnv_1')?.messages.shift();
    account.conversations.delete('cnv_2');

    const sync = aSync();
    await sync.restart();

    expect(await sync.turn(signal)).toMatchObject({ retracted: 2, submitted: 0 });
    expect((await retracted()).sort()).toEqual(['front/msg_1', 'front/msg_3']);
  });

  it('follows a message into the conversation that another was merged into', async () => {
    account.receive('cnv_1', { id: 'msg_1' });
    account.receive('cnv_2', { id: 'msg_2' });
    await aSync().turn(signal);
    const moved = account.conversations.get('cnv_2')?.messages ?? [];
    account.conversations.get('cnv_1')?.messages.push(...moved);
    account.conversations.delete('cnv_2');
    account.happen('conversations_merged', 'cnv_1', { data: ['cnv_2'] });

    await aSync().turn(signal);
    await aSync().turn(signal);

    const { rows } = await database.pool.query(
      'SELECT message_id, conversation_id, gone FROM front_messages ORDER BY 1',
    );
    expect(rows).toEqual([
      { message_id: 'msg_1', conversation_id: 'cnv_1', gone: false },
      { message_id: 'msg_2', conversation_id: 'cnv_1', gone: false },
    ]);
  });

  it('makes a new version of a message that says something else', async () => {
    account.receive('cnv_1', { id: 'msg_1', body: 'A' });
    await aSync().turn(signal);
    for (const body of ['B', 'A']) {
      account.conversations.get('cnv_1')?.messages.splice(0, 1, { ...account.receive('cnv_1', { id: 'msg_1', body }) });
      account.conversations.get('cnv_1')?.messages.pop();
      await aSync().turn(signal);
    }

    const ids = (await submitted()).map(({ ingestionId }) => ingestionId);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
  });

  it('gives up a conversation that can never be read, with its reason, and reads the others', async () => {
    account.receive('cnv_1', { id: 'msg_1' });
    account.receive('cnv_2', { id: 'msg_2' });
    refuse(/^\/conversations\/cnv_1/u, 400, account.token);

    expect(await aSync().turn(signal)).toMatchObject({ conversations: 1, failed: 1 });
    account.events.length = 0;
    expect(await aSync().turn(signal)).toMatchObject({ conversations: 0, failed: 0 });

    const { rows } = await database.pool.query('SELECT conversation_id, given_up FROM front_changes');
    expect(rows).toEqual([{ conversation_id: 'cnv_1', given_up: 'http-status' }]);
    account.trouble = () => false;
    account.happen('inbound', 'cnv_1', null);
    expect(await aSync().turn(signal)).toMatchObject({ conversations: 1, submitted: 1 });
    expect(logged).toContain('could not be read');
    expect(logged).not.toContain(account.token);
  });

  it('ends its turn if the token is refused, and says so', async () => {
    account.receive('cnv_1', { id: 'msg_1' });
    refuse(/./u, 401);

    await expect(aSync().turn(signal)).rejects.toMatchObject({ kind: 'permanent', reason: 'front-refused' });
    refuse(/^\/conversations\?/u, 403);
    await expect(aSync().turn(signal)).rejects.toMatchObject({ kind: 'permanent', reason: 'front-forbidden' });
  });

  it('stops where its connection is lost, as another may have begun', async () => {
    account.receive('cnv_1', { id: 'msg_1' });
    const asked = Promise.withResolvers<void>();
    account.trouble = () => {
      asked.resolve();
      return true;
    };
    const turn = aSync().turn(signal);
    await asked.promise;
    const holders = `SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database
      WHERE locktype = 'advisory' AND granted AND d.datname = current_database()`;

    await database.pool.query(`SELECT pg_terminate_backend(pid) FROM (${holders}) AS holders`);

    await expect(turn).rejects.toMatchObject({ kind: 'transient', reason: 'http-unreachable' });
    account.trouble = () => false;
    expect(await aSync().turn(signal)).toMatchObject({ submitted: 1 });
  });

  it('is done by one of two who try at once', async () => {
    account.receive('cnv_1', { id: 'msg_1' });
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    account.trouble = (_request, response) => {
      asked.resolve();
      void answer.promise.then(() => response.writeHead(503).end());
      return true;
    };
    const first = aSync().turn(signal);
    await asked.promise;

    expect(await aSync().turn(signal)).toBeUndefined();

    answer.resolve();
    await expect(first).rejects.toMatchObject({ kind: 'transient' });
    account.trouble = () => false;
    expect(await aSync().turn(signal)).toMatchObject({ submitted: 1 });
  });
});
