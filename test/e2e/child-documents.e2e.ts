import { isDeepStrictEqual } from 'node:util';

import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { storeNames, type StoreName } from '#stores/port';

import { zipOf } from '../bad-input/zip-bytes.js';
import { mailOf } from '../builders/mail.js';
import { eventually } from './eventually.js';
import { KafkaOutsider } from './kafka-outsider.js';
import { acceptedOf, type IngestionSeen } from './penstock-api.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { StoreViews } from './store-views.js';

const patienceMs = 180_000;
const outsider = new KafkaOutsider();
let penstock: PenstockUnderTest;
let stores: StoreViews;

jest.setTimeout(3 * patienceMs);

beforeAll(async () => {
  stores = new StoreViews();
  await outsider.connect();
  penstock = await startPenstock();
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([stores.close(), outsider.close()]);
});

afterEach(() => expect(penstock.fatal).toEqual([]));

async function upload(namespace: string, documentId: string, content: string | Buffer): Promise<IngestionSeen> {
  const bytes = typeof content === 'string' ? content : new Uint8Array(content);
  const answer = await penstock.api.upload({ name: documentId, content: bytes }, { namespace, documentId });
  return penstock.api.outcome(acceptedOf(answer).ingestionId, patienceMs);
}

/** Waits until these documents, and no others, are live in all four stores. */
async function liveAre(namespace: string, ...documentIds: string[]): Promise<void> {
  const wanted = documentIds.sort().join(' | ');
  await eventually(
    `these to be live, and no others: ${wanted}`,
    async () => {
      const live = Object.values(await stores.liveIngestions(namespace)).map((of) => Object.keys(of).sort());
      return live.every((ids) => ids.join(' | ') === wanted) || undefined;
    },
    patienceMs,
  );
}

async function remove(namespace: string, documentId: string): Promise<void> {
  const { ingestionId } = await penstock.api.retract(namespace, documentId);
  expect((await penstock.api.outcome(ingestionId, patienceMs)).status).toBe('retracted');
}

async function ingestions(namespace: string): Promise<IngestionSeen[]> {
  const { body } = await penstock.api.ask('GET', `/v1/ingestions?namespace=${namespace}&limit=200`);
  return body['items'] as IngestionSeen[];
}

/** How many submissions wait for the end of what they came out of. */
async function held(namespace: string): Promise<number> {
  const rows = await stores.sql('SELECT FROM penstock.held_children WHERE namespace = $1', [namespace]);
  return rows.length;
}

const nothingHeld = (namespace: string): Promise<true> =>
  eventually('nothing to wait any more', async () => (await held(namespace)) === 0 || undefined, patienceMs);

/** Everything of a namespace has come to an end. */
const atRest = (namespace: string): Promise<true> =>
  eventually(
    'all to be concluded',
    async () =>
      (await ingestions(namespace)).every(({ status }) =>
        /^(?:live|failed|rolled_back|superseded|retracted)$/u.test(status),
      ) || undefined,
    patienceMs,
  );

const one = 'papers.eml!/attachments/1-one.txt';
const two = 'papers.eml!/attachments/2-two.txt';

describe('what came out of a document', () => {
  it('goes with it from all four stores, and what somebody submitted by itself stays', async () => {
    const namespace = aNamespace('children');
    expect(await upload(namespace, 'one.txt', 'John Smith is CEO of ACME Corporation.')).toMatchObject({
      status: 'live',
    });
    const before = await stores.everything(namespace);
    const attached = {
      'one.txt': 'John Smith is CEO of ACME Corporation.',
      'two.txt': 'Maria Keller lives in Zurich.',
    };
    expect(await upload(namespace, 'papers.eml', mailOf('Two papers.', attached))).toMatchObject({ status: 'live' });
    await liveAre(namespace, 'one.txt', 'papers.eml', one, two);

    await remove(namespace, 'papers.eml');

    await liveAre(namespace, 'one.txt');
    await atRest(namespace);
    expect(await stores.everything(namespace)).toEqual(before);
    const gone = (await ingestions(namespace)).filter(
      ({ documentId, kind }) => documentId === one && kind === 'retraction',
    );
    const [retraction] = await Promise.all(gone.map(({ ingestionId }) => penstock.api.ingestion(ingestionId)));
    expect(retraction?.timeline.map((line) => ({ ...line }))).toContainEqual(
      expect.objectContaining({
        type: 'DocumentRetracted',
        detail: { reason: 'the document it came out of holds it no more' },
      }),
    );
  });

  it('goes when an update holds it no more, and is what the update says otherwise', async () => {
    const namespace = aNamespace('children');
    await upload(
      namespace,
      'papers.eml',
      mailOf('Two papers.', { 'one.txt': 'Old words.', 'two.txt': 'Other words.' }),
    );
    await liveAre(namespace, 'papers.eml', one, two);

    const updated = await upload(namespace, 'papers.eml', mailOf('One paper.', { 'one.txt': 'New words.' }));

    expect(updated).toMatchObject({ status: 'live', version: 2 });
    await liveAre(namespace, 'papers.eml', one);
    await atRest(namespace);
    const texts = await stores.sql('SELECT text FROM penstock.live_chunks WHERE namespace = $1 AND document_id = $2', [
      namespace,
      one,
    ]);
    expect(texts.map(({ text }) => text)).toEqual(['New words.']);
  });

  it('goes at any depth, and once: what is said again changes nothing', async () => {
    const namespace = aNamespace('children');
    const inner = zipOf([{ name: 'deep.txt', data: Buffer.from('Deep words.') }]);
    const archive = zipOf([
      { name: 'flat.txt', data: Buffer.from('Flat words.') },
      { name: 'inner.zip', data: inner },
    ]);
    await upload(namespace, 'archive.zip', archive);
    const members = ['1-flat.txt', '2-inner.zip', '2-inner.zip!/members/1-deep.txt'];
    await liveAre(namespace, 'archive.zip', ...members.map((name) => `archive.zip!/members/${name}`));
    const said = await outsider.watch('penstock.documents.outcomes');

    await remove(namespace, 'archive.zip');
    await liveAre(namespace);
    await atRest(namespace);

    const known = await ingestions(namespace);
    expect(known.filter(({ kind }) => kind === 'retraction')).toHaveLength(4);
    const ends = said.filter(
      ({ key, headers }) => key.startsWith(`${namespace}/`) && headers['ce_type']?.endsWith('IngestionConcluded'),
    );
    expect(ends.length).toBeGreaterThanOrEqual(4);
    for (const { topic, ...end } of ends) await outsider.send(topic, end);
    const marker = await upload(namespace, 'after.txt', 'Later words.');
    expect(marker.status).toBe('live');
    expect((await ingestions(namespace)).filter(({ kind }) => kind === 'retraction')).toHaveLength(4);
  });

  it('stays what somebody made of it under the same id', async () => {
    const namespace = aNamespace('children');
    await upload(
      namespace,
      'papers.eml',
      mailOf('Two papers.', { 'one.txt': 'Old words.', 'two.txt': 'Other words.' }),
    );
    await liveAre(namespace, 'papers.eml', one, two);
    expect(await upload(namespace, one, 'My own words.')).toMatchObject({ status: 'live', version: 2 });

    await remove(namespace, 'papers.eml');

    await liveAre(namespace, one);
    await atRest(namespace);
    await liveAre(namespace, one);
  });
});

describe('what lies in a document', () => {
  it('is not heard of while the document may still be undone, nor after that, and comes when it is live', async () => {
    const namespace = aNamespace('children');
    const papers = mailOf('Two papers.', { 'one.txt': 'Old words.', 'two.txt': 'Other words.' });
    await penstock.pause();
    await penstock.restart(['writer-qdrant']);
    const answer = await penstock.api.upload(
      { name: 'papers.eml', content: papers },
      { namespace, documentId: 'papers.eml' },
    );
    const { ingestionId } = acceptedOf(answer);
    await eventually(
      'the mail to wait for one store, and its attachments for the mail',
      async () =>
        ((await ingestions(namespace))[0]?.status === 'writing' && (await held(namespace)) === 2) || undefined,
      patienceMs,
    );
    expect(await ingestions(namespace)).toHaveLength(1);

    expect(await penstock.api.ask('DELETE', `/v1/ingestions/${ingestionId}`)).toMatchObject({ status: 202 });
    await penstock.pause();
    await penstock.restart();

    expect(await penstock.api.outcome(ingestionId, patienceMs)).toMatchObject({ status: 'rolled_back' });
    await nothingHeld(namespace);
    expect(await ingestions(namespace)).toHaveLength(1);
    await liveAre(namespace);
    await upload(namespace, 'papers.eml', papers);
    await liveAre(namespace, 'papers.eml', one, two);
  });
});

describe('an update that one store refuses', () => {
  /** So long that the ids of what lies in it are cut before this end, which only it is refused for. */
  const documentIdFor = (store: StoreName): string => `${'papers '.repeat(69)}for ${store} to refuse.eml`;
  const liveTexts = (namespace: string): Promise<Record<string, unknown>[]> =>
    stores.sql(
      `SELECT metadata ->> 'filename' AS name, text FROM penstock.live_chunks JOIN penstock.live_documents
         USING (namespace, document_id, ingestion_id)
       WHERE namespace = $1 AND metadata ? 'parent_document_id' ORDER BY 1`,
      [namespace],
    );
  const first = [
    { name: 'one.txt', text: 'Old words.' },
    { name: 'two.txt', text: 'Other words.' },
  ];
  const second = [
    { name: 'one.txt', text: 'New words.' },
    { name: 'three.txt', text: 'Third words.' },
  ];
  const attached = (files: typeof first): Record<string, string> =>
    Object.fromEntries(files.map(({ name, text }) => [name, text]));
  const namespaces = new Map(storeNames.map((store) => [store, aNamespace(`children-${store}`)]));
  let refusing: PenstockUnderTest;

  beforeAll(async () => {
    const papers = mailOf('Two papers.', attached(first));
    await Promise.all([...namespaces].map(([store, namespace]) => upload(namespace, documentIdFor(store), papers)));
    for (const namespace of namespaces.values()) {
      const areLive = async () => (await liveTexts(namespace)).length === 2 || undefined;
      await eventually('both to be live', areLive, patienceMs);
      await atRest(namespace);
    }
    await penstock.pause();
    const failWriter = storeNames.map((store) => `${store}:for ${store} to refuse`).join(',');
    refusing = await startPenstock({ failWriter });
  }, 3 * patienceMs);

  it.each(storeNames)('leaves what came out of the version before as it was, in all four (%s)', async (store) => {
    const namespace = namespaces.get(store) ?? '';
    expect(await liveTexts(namespace)).toEqual(first);
    const before = await stores.everything(namespace);

    const update = mailOf('Two papers.', attached(second));
    const answer = await refusing.api.upload(
      { name: 'papers.eml', content: update },
      { namespace, documentId: documentIdFor(store) },
    );
    const seen = await refusing.api.outcome(acceptedOf(answer).ingestionId, patienceMs);

    expect(seen).toMatchObject({ status: 'rolled_back', version: 2, error: { role: `writer-${store}` } });
    await nothingHeld(namespace);
    const known = await stores.sql('SELECT status FROM penstock.ingestions WHERE namespace = $1', [namespace]);
    expect(known.map(({ status }) => status).sort()).toEqual(['live', 'live', 'live', 'rolled_back']);
    expect(await stores.everything(namespace)).toEqual(before);
  });
  it('shows in them once it becomes live', async () => {
    await refusing.stop();
    await penstock.restart();

    for (const [store, namespace] of namespaces) {
      const update = mailOf('Two papers.', attached(second));
      expect(await upload(namespace, documentIdFor(store), update)).toMatchObject({ status: 'live', version: 3 });
      const shows = async () => isDeepStrictEqual(await liveTexts(namespace), second) || undefined;
      await eventually('the update to show', shows, patienceMs);
    }
  });
});
