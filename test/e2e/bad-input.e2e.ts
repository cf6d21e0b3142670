import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { eventually } from './eventually.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import type { Answer } from './penstock-api.js';
import { StoreViews } from './store-views.js';

const uploadBytesMax = 64 * 1024;
const kib = (count: number): string => 'x'.repeat(count * 1024);
let namespace: string;
let penstock: PenstockUnderTest;
let stores: StoreViews;

beforeAll(async () => {
  stores = new StoreViews();
  penstock = await startPenstock({ uploadBytesMax });
});

beforeEach(() => {
  namespace = aNamespace('bad');
});

afterAll(async () => {
  await penstock.stop();
  await stores.close();
  expect(penstock.fatal).toEqual([]);
});

/** A problem a person can read and a program can match, and no trace of what was refused. */
async function isRefused(answer: Answer, status: number, reason: string): Promise<void> {
  expect(answer).toMatchObject({ status, body: { status, reason, type: 'about:blank' } });
  expect(answer.contentType).toContain('application/problem+json');
  expect([answer.body['title'], answer.body['detail']]).not.toContain('');
  expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:|\.js:/);
  const { body } = await penstock.api.ask('GET', `/v1/ingestions?namespace=${namespace}`);
  expect(body).toEqual({ items: [] });
  await eventually(
    'staging to be empty',
    async () => ((await penstock.stagedFiles()).length === 0 ? true : undefined),
    5_000,
  );
}

function post(contentType: string, body: string): Promise<Answer> {
  return penstock.api.ask('POST', '/v1/documents', { body, headers: { 'content-type': contentType } });
}

describe('the door refuses', () => {
  it.each<[string, number, string, () => unknown]>([
    ['JSON that is cut off', 400, 'bad-request', () => '{"source": "inline", "content": '],
    ['JSON that is no object', 400, 'bad-request', () => [1, 2]],
    ['an unknown source', 400, 'bad-request', () => ({ namespace, source: 'pigeon', content: 'x' })],
    ['no source', 400, 'bad-request', () => ({ namespace, content: 'x' })],
    ['unknown fields', 400, 'bad-request', () => ({ namespace, source: 'inline', content: 'x', colour: 'red' })],
    ['a content that is no text', 400, 'bad-request', () => ({ namespace, source: 'inline', content: 7 })],
    ['an empty content', 400, 'empty', () => ({ namespace, source: 'inline', content: ' \n' })],
    [
      'a content with a location',
      400,
      'bad-request',
      () => ({ namespace, source: 'http', content: 'x', location: 'http://a' }),
    ],
    [
      'a location of another scheme',
      400,
      'bad-request',
      () => ({ namespace, source: 'http', location: 'file:///etc/passwd' }),
    ],
    ['a staging reference', 400, 'bad-request', () => ({ namespace, source: 'local_upload', location: 'staging:x' })],
    [
      'a namespace that can be no namespace',
      400,
      'bad-document',
      () => ({ namespace: 'A b', source: 'inline', content: 'x' }),
    ],
    [
      'a documentId with control characters',
      400,
      'bad-document',
      () => ({ documentId: 'a\u0007', source: 'inline', content: 'x' }),
    ],
    ['metadata that is no text', 400, 'bad-metadata', () => ({ source: 'inline', content: 'x', metadata: { a: 1 } })],
    ['inline content over its limit', 413, 'too-large', () => ({ namespace, source: 'inline', content: kib(257) })],
    ['a body over the limit of JSON', 413, 'too-large', () => ({ namespace, source: 'inline', content: kib(1100) })],
  ])('%s', async (_what, status, reason, body) => {
    await isRefused(await penstock.api.json('/v1/documents', body()), status, reason);
  });

  it('a record that is no object', async () => {
    const answer = await penstock.api.json('/v1/records', { namespace, documentId: 'r', record: 'text' });
    await isRefused(answer, 400, 'bad-request');
  });

  it('a content type that is neither JSON nor a form', async () => {
    await isRefused(await post('text/plain', 'some words'), 415, 'unsupported');
  });

  it('an empty file, a file over the limit, and a form without a file', async () => {
    const upload = (content: string) => penstock.api.upload({ name: 'a.txt', content }, { namespace });
    await isRefused(await upload(''), 400, 'empty');
    await isRefused(await upload(kib(65)), 413, 'too-large');
    const form = '--b\r\ncontent-disposition: form-data; name="title"\r\n\r\nA title\r\n--b--\r\n';
    await isRefused(await post('multipart/form-data; boundary=b', form), 400, 'bad-request');
  });

  it('a form that is broken: without a boundary, or cut off in its file', async () => {
    await isRefused(await post('multipart/form-data', 'anything'), 400, 'bad-request');
    const cut = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf a fi';
    await isRefused(await post('multipart/form-data; boundary=b', cut), 400, 'bad-request');
  });

  it('a limit, a status or a cursor that makes no sense', async () => {
    for (const query of ['limit=0', 'limit=many', 'status=lost', 'cursor=%27']) {
      const answer = await penstock.api.ask('GET', `/v1/ingestions?${query}`);
      expect(answer).toMatchObject({ status: 400, contentType: expect.stringContaining('application/problem+json') });
    }
  });

  it('an address that is not there, in the same form', async () => {
    const answer = await penstock.api.ask('GET', '/v1/nothing');
    expect(answer).toMatchObject({ status: 404, body: { reason: 'not-found' } });
    expect(answer.contentType).toContain('application/problem+json');
  });
});

describe('the stager gives up, and other documents pass', () => {
  it('paths outside the allowed folders, and files that are not there', async () => {
    const outside = join(penstock.uploadRoot, '..', 'secret.txt');
    await writeFile(outside, 'A secret.');
    const locations: Readonly<Record<string, string>> = {
      '/etc/passwd': 'outside-roots',
      [outside]: 'outside-roots',
      [join(penstock.uploadRoot, '..', 'not-there.txt')]: 'outside-roots',
      [join(penstock.uploadRoot, 'not-there.txt')]: 'unreadable',
      [penstock.uploadRoot]: 'outside-roots',
    };
    const accepted = await Promise.all(
      Object.keys(locations).map((location, index) =>
        penstock.api.submit({ namespace, documentId: `path ${index}`, source: 'local_upload', location }),
      ),
    );
    const good = await penstock.api.inline(namespace, 'good', 'John Smith works for ACME Corporation.');

    const seen = await Promise.all(accepted.map(({ ingestionId }) => penstock.api.outcome(ingestionId)));

    expect(seen.map(({ error }) => error?.reason)).toEqual(Object.values(locations));
    expect(new Set(seen.map(({ status, stage }) => `${status} at ${stage}`))).toEqual(new Set(['failed at stager']));
    expect((await penstock.api.outcome(good.ingestionId)).status).toBe('live');
    expect(Object.values(await stores.liveIngestions(namespace)).map((of) => Object.keys(of))).toEqual(
      Array.from({ length: 4 }, () => ['good']),
    );
  });
});
