import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { zipOf } from '../bad-input/zip-bytes.js';
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

/** A mail with texts attached, each by its name. */
function mail(body: string, attached: Readonly<Record<string, string>>): string {
  const parts = Object.entries(attached).map(
    ([name, text]) =>
      `--edge\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n${text}\r\n`,
  );
  const head = 'From: a@acme.example\r\nSubject: Papers\r\nMIME-Version: 1.0\r\n';
  const type = 'Content-Type: multipart/mixed; boundary=edge\r\n\r\n';
  return `${head}${type}--edge\r\nContent-Type: text/plain\r\n\r\n${body}\r\n${parts.join('')}--edge--\r\n`;
}

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
    expect(await upload(namespace, 'papers.eml', mail('Two papers.', attached))).toMatchObject({ status: 'live' });
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
    await upload(namespace, 'papers.eml', mail('Two papers.', { 'one.txt': 'Old words.', 'two.txt': 'Other words.' }));
    await liveAre(namespace, 'papers.eml', one, two);

    const updated = await upload(namespace, 'papers.eml', mail('One paper.', { 'one.txt': 'New words.' }));

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
    await upload(namespace, 'papers.eml', mail('Two papers.', { 'one.txt': 'Old words.', 'two.txt': 'Other words.' }));
    await liveAre(namespace, 'papers.eml', one, two);
    expect(await upload(namespace, one, 'My own words.')).toMatchObject({ status: 'live', version: 2 });

    await remove(namespace, 'papers.eml');

    await liveAre(namespace, one);
    await atRest(namespace);
    await liveAre(namespace, one);
  });
});

describe('what came out of a document that is undone', () => {
  it('is undone as well, and comes back with it', async () => {
    const namespace = aNamespace('children');
    const papers = mail('Two papers.', { 'one.txt': 'Old words.', 'two.txt': 'Other words.' });
    await penstock.pause();
    await penstock.restart(['writer-qdrant']);
    const answer = await penstock.api.upload(
      { name: 'papers.eml', content: papers },
      { namespace, documentId: 'papers.eml' },
    );
    const { ingestionId } = acceptedOf(answer);
    await eventually(
      'the mail and its attachments to wait for one store',
      async () => {
        const all = await ingestions(namespace);
        return (all.length === 3 && all.every(({ status }) => status === 'writing')) || undefined;
      },
      patienceMs,
    );

    expect(await penstock.api.ask('DELETE', `/v1/ingestions/${ingestionId}`)).toMatchObject({ status: 202 });
    await penstock.pause();
    await penstock.restart();

    expect(await penstock.api.outcome(ingestionId, patienceMs)).toMatchObject({ status: 'rolled_back' });
    await eventually(
      'both attachments to be retracted',
      async () => (await ingestions(namespace)).filter(({ kind }) => kind === 'retraction').length === 2 || undefined,
      patienceMs,
    );
    await atRest(namespace);
    await liveAre(namespace);
    await upload(namespace, 'papers.eml', papers);
    await liveAre(namespace, 'papers.eml', one, two);
  });
});
