import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { roleNames } from '../../apps/roles.js';
import { FrontAccount } from '../services/front-account.js';
import { eventually } from './eventually.js';
import { KafkaOutsider, type SeenRecord } from './kafka-outsider.js';
import { aNamespace } from './penstock-under-test.js';
import { PenstockApi, type Answer, type IngestionSeen } from './penstock-api.js';
import { runPenstock, startRoles, type RoleProcess } from './run-penstock.js';
import { StoreViews } from './store-views.js';

const patienceMs = 150_000;
const secret = 'the key webhooks are signed with';
const topics = ['submitted', 'staged', 'parsed', 'extracted', 'saga', 'outcomes', 'dead-letter'];
const namespace = aNamespace('front');
const account = new FrontAccount();
const outsider = new KafkaOutsider();
let api: PenstockApi;
let folder: string;
let roles: RoleProcess;
let stores: StoreViews;
let records: readonly SeenRecord[];

beforeAll(async () => {
  await account.start();
  const offer = account.attach('fil_1', 'offer.txt', Buffer.from('John Smith is CEO of ACME Corporation.'));
  account.receive('cnv_1', {
    id: 'msg_1',
    subject: 'Your offer',
    body: '<p>Dear Maria Keller</p>',
    attachments: [offer],
  });
  account.receive('cnv_1', { id: 'msg_2', body: '<p>Bosch Technologies opened a plant in Stuttgart.</p>' });
  account.receive('cnv_2', { id: 'msg_3', body: '<p>Hello</p>' });
  account.receive('cnv_2', { id: 'msg_4', body: '<p>unfinished</p>', draft_mode: 'shared' });
  account.receive('cnv_3', { id: 'msg_5', body: '<p>Good bye</p>' });
  stores = new StoreViews();
  folder = await mkdtemp(join(tmpdir(), 'penstock-front-'));
  roles = await startRoles(
    roleNames,
    {
      PENSTOCK_FRONT_TOKEN: account.token,
      PENSTOCK_FRONT_BASE_URL: account.address,
      PENSTOCK_FRONT_SECRET: secret,
      PENSTOCK_FRONT_NAMESPACE: namespace,
      PENSTOCK_FRONT_SYNC_INTERVAL: '500ms',
      PENSTOCK_STAGING_FOLDER: folder,
      PENSTOCK_LOG_LEVEL: 'debug',
    },
    patienceMs,
  );
  api = new PenstockApi(roles.address);
  records = await outsider.watch(...topics.map((name) => `penstock.documents.${name}`));
}, patienceMs);

afterAll(async () => {
  await roles.stop();
  await Promise.all([stores.close(), outsider.close(), account.stop()]);
  await rm(folder, { recursive: true, force: true });
}, patienceMs);

async function ingestions(query = ''): Promise<IngestionSeen[]> {
  const { body } = await api.ask('GET', `/v1/ingestions?namespace=${namespace}&limit=200${query}`);
  return body['items'] as IngestionSeen[];
}

/** Waits until these documents, and no others, are live in all four stores. */
async function liveAre(...documentIds: string[]): Promise<void> {
  const wanted = documentIds.map((id) => `front/${id}`).sort();
  await eventually(
    `${wanted.join(', ')} to be live, and no others`,
    async () => {
      const live = Object.values(await stores.liveIngestions(namespace)).map((of) => Object.keys(of).sort());
      return live.every((ids) => ids.join() === wanted.join()) ? true : undefined;
    },
    patienceMs,
  );
}

function webhook(body: unknown, change: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const text = JSON.stringify(body);
  const timestamp = String(Date.now());
  const signature = createHmac('sha256', secret).update(`${timestamp}:${text}`).digest('base64');
  const headers = { 'x-front-signature': signature, 'x-front-request-timestamp': timestamp, ...change };
  return api.json('/v1/webhooks/front', text, headers);
}

/** Tables that hold a text anywhere; PostgreSQL shows bytes, such as those of a dead letter, as hexadecimal digits. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await stores.sql(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'penstock'`);
  const held = tables.map(async ({ name }) => {
    const rows = await stores.sql(
      `SELECT 1 FROM penstock."${String(name)}" t WHERE strpos(t::text, $1) > 0 OR strpos(t::text, $2) > 0 LIMIT 1`,
      [text, Buffer.from(text).toString('hex')],
    );
    return rows.length > 0 ? [String(name)] : [];
  });
  return (await Promise.all(held)).flat();
}

describe('a Front account', () => {
  it(
    'becomes documents: a message each, its attachments documents of their own that name it',
    async () => {
      await liveAre('msg_1', 'msg_1!/attachments/1-offer.txt', 'msg_2', 'msg_3', 'msg_5');

      const [parent] = await ingestions('&documentId=front/msg_1');
      const [child] = await ingestions(`&documentId=${encodeURIComponent('front/msg_1!/attachments/1-offer.txt')}`);
      expect(parent).toMatchObject({
        ...{ source: 'frontapp', location: 'messages/msg_1', title: 'Your offer', mediaType: 'message/rfc822' },
        metadata: { front_conversation_id: 'cnv_1', front_direction: 'inbound', mail_subject: 'Your offer' },
      });
      expect(child).toMatchObject({
        metadata: {
          parent_document_id: 'front/msg_1',
          parent_ingestion_id: parent?.ingestionId,
          filename: 'offer.txt',
        },
      });
      const chunks = await stores.sql(
        'SELECT document_id, text FROM penstock.live_chunks WHERE namespace = $1 ORDER BY document_id, seq',
        [namespace],
      );
      expect(chunks.map(({ text }) => text).join('\n')).toContain('Dear Maria Keller');
      expect(chunks.map(({ text }) => text)).toContain('John Smith is CEO of ACME Corporation.');
    },
    patienceMs * 2,
  );

  it(
    'loses what is gone as soon as a webhook tells of it, with the attachments',
    async () => {
      const first = account.conversations.get('cnv_1');
      if (first !== undefined) first.status = 'deleted';
      expect(await webhook({ type: 'trash', conversation: { id: 'cnv_1' } })).toMatchObject({ status: 200 });

      await liveAre('msg_3', 'msg_5');
    },
    patienceMs * 2,
  );

  it(
    'is told of by webhooks that are signed, and by no others',
    async () => {
      const body = { type: 'sync', authorization: { id: 'cmp_1' }, payload: { conversation: { id: 'cnv_77' } } };
      const rule = createHmac('sha1', secret).update(JSON.stringify(body)).digest('base64');

      expect(await webhook(body, { 'x-front-challenge': 'riddle' })).toMatchObject({
        status: 200,
        body: { challenge: 'riddle' },
      });
      expect(await webhook(body, { 'x-front-signature': rule })).toMatchObject({ status: 401 });
      const plain = { 'content-type': 'application/json', 'x-front-signature': rule };
      const ofRule = { body: JSON.stringify(body), headers: plain };
      expect(await api.ask('POST', '/v1/webhooks/front', ofRule)).toMatchObject({ status: 200 });
      const old = String(Date.now() - 400_000);
      const replayed = createHmac('sha256', secret)
        .update(`${old}:${JSON.stringify(body)}`)
        .digest('base64');
      const replay = await webhook(body, { 'x-front-request-timestamp': old, 'x-front-signature': replayed });
      expect(replay).toMatchObject({ status: 401, body: { reason: 'bad-signature' } });
      expect(replay.contentType).toContain('application/problem+json');
      await eventually(
        'the conversation to be looked at',
        () => account.asked('/conversations/cnv_77') || undefined,
        patienceMs,
      );
    },
    patienceMs,
  );

  it(
    'is read by the command line as well, which says nothing of the token, and goes on when Front is back',
    async () => {
      const other = new FrontAccount();
      await other.start();
      other.receive('cnv_1', { id: 'msg_1', body: '<p>At last</p>' });
      const environment = {
        PENSTOCK_FRONT_BASE_URL: other.address,
        PENSTOCK_FRONT_NAMESPACE: aNamespace('front'),
        PENSTOCK_FRONT_TOKEN: other.token,
        PENSTOCK_STAGING_FOLDER: folder,
        PENSTOCK_LOG_LEVEL: 'trace',
      };
      const refused = await runPenstock(['front', 'sync'], { ...environment, PENSTOCK_FRONT_TOKEN: 'another' });
      other.trouble = ({ url }, response) => {
        if (url?.startsWith('/conversations/cnv_1') !== true) return false;
        response.writeHead(400).end(other.token);
        return true;
      };
      const failed = await runPenstock(['front', 'sync'], environment);
      other.trouble = () => false;
      const done = await runPenstock(['front', 'sync', '--all', '--json'], environment);
      await other.stop();

      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('Front refuses the token') });
      expect(failed).toMatchObject({ code: 1, out: expect.stringContaining('1 failed') });
      expect(JSON.parse(done.out)).toMatchObject({ conversations: 1, submitted: 1, retracted: 0, failed: 0 });
      for (const { out, err } of [failed, refused, done]) expect(out + err).not.toContain(other.token);
    },
    patienceMs * 2,
  );

  it(
    'keeps its token to itself: no log, event, dead letter or row holds it',
    async () => {
      const documents = ['messages/msg_404', 'nonsense'].map((location) => ({ source: 'frontapp', location }));
      const accepted = await Promise.all(documents.map((one) => api.submit({ namespace, ...one })));
      const seen = await Promise.all(accepted.map(({ ingestionId }) => api.outcome(ingestionId, patienceMs)));
      await eventually(
        'their dead letters',
        () => records.filter(({ topic }) => topic.endsWith('letter')).length >= 2 || undefined,
      );

      expect(seen.map(({ error }) => error?.reason)).toEqual(['gone', 'bad-location']);
      await eventually('their rows among the dead letters', async () => {
        const rows = await stores.sql('SELECT 1 FROM penstock.dead_letters WHERE namespace = $1', [namespace]);
        return rows.length >= 2 ? true : undefined;
      });
      const events = records.map(({ value, headers }) => `${value?.toString('latin1')} ${JSON.stringify(headers)}`);
      expect(events.filter((event) => event.includes('msg_404'))).not.toEqual([]);
      expect(events.filter((event) => event.includes(account.token) || event.includes(secret))).toEqual([]);
      expect(await tablesWith('messages/msg_404')).toEqual(expect.arrayContaining(['dead_letters', 'ingestions']));
      expect([await tablesWith(account.token), await tablesWith(secret)]).toEqual([[], []]);
      const inStores = JSON.stringify(await stores.everything(namespace));
      expect(inStores.includes('msg_3') && !inStores.includes(account.token)).toBe(true);
      const logged = roles.output();
      expect(logged).toContain('"level"');
      expect(logged.includes(account.token) || logged.includes(secret)).toBe(false);
    },
    patienceMs * 2,
  );
});
