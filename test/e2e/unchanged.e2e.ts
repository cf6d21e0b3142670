import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { eventually } from './eventually.js';
import { KafkaOutsider } from './kafka-outsider.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import { acceptedOf, type IngestionSeen } from './penstock-api.js';
import { runPenstock } from './run-penstock.js';
import { acmeReport } from './samples.js';
import { StoreViews } from './store-views.js';

const outsider = new KafkaOutsider();
let namespace: string;
let penstock: PenstockUnderTest;
let stores: StoreViews;

beforeAll(async () => {
  stores = new StoreViews();
  [penstock] = await Promise.all([startPenstock(), outsider.connect()]);
});

beforeEach(() => {
  namespace = aNamespace('same');
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([stores.close(), outsider.close()]);
  expect(penstock.fatal).toEqual([]);
});

async function ingest(content: string, more: Readonly<Record<string, unknown>> = {}): Promise<IngestionSeen> {
  const document = { namespace, documentId: 'report', source: 'inline', content, ...more };
  return penstock.api.outcome((await penstock.api.submit(document)).ingestionId, 120_000);
}

async function aServer(listener: RequestListener): Promise<{ site: string; close: () => void }> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { site: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function answersKept(): Promise<unknown> {
  return (await stores.sql('SELECT count(*)::int AS kept FROM penstock.answers', []))[0];
}

describe('a document that is submitted again as it is', () => {
  it('is unchanged: no model is asked, no store is touched, no event but the end is said', async () => {
    const records = await outsider.watch('penstock.documents.saga', 'penstock.documents.outcomes');
    const live = await ingest(acmeReport, { title: 'The report', metadata: { b: '2', a: '1' } });
    const before = await stores.everything(namespace);
    const answers = await answersKept();

    const again = await ingest(acmeReport, { title: 'The report', metadata: { a: '1', b: '2' } });

    expect(again).toMatchObject({ status: 'unchanged', version: 2, error: null, sameAs: live.ingestionId, tokens: {} });
    expect(again.models).toEqual({ extraction: [], embedding: [] });
    expect(await stores.everything(namespace)).toEqual(before);
    expect(await answersKept()).toEqual(answers);
    const { body } = await penstock.api.document(namespace, 'report');
    expect(body).toMatchObject({ version: 1, live: { ingestionId: live.ingestionId } });
    const said = (): (string | undefined)[] =>
      records
        .filter(({ headers }) => headers['ce_ingestionid'] === again.ingestionId)
        .map(({ headers }) => headers['ce_type']);
    await eventually('its end to be said', () => said().length > 0 || undefined);
    expect(said()).toEqual(['io.penstock.events.v1.IngestionConcluded']);
    await eventually('staging to be empty', async () =>
      (await penstock.stagedFiles()).length === 0 ? true : undefined,
    );
  });

  it('is ingested all the same if the submission asks for it, without paying for answers again', async () => {
    await ingest(acmeReport);
    const answers = await answersKept();

    expect(await ingest(acmeReport, { force: true })).toMatchObject({ status: 'live', version: 2 });

    expect(await answersKept()).toEqual(answers);
    const file = { name: 'report.txt', content: acmeReport };
    const upload = async (fields: Record<string, string>): Promise<IngestionSeen> => {
      const answer = await penstock.api.upload(file, { namespace, documentId: 'uploaded', ...fields });
      return penstock.api.outcome(acceptedOf(answer).ingestionId);
    };
    expect((await upload({})).status).toBe('live');
    expect((await upload({})).status).toBe('unchanged');
    expect((await upload({ force: 'true' })).status).toBe('live');
    expect((await penstock.api.upload(file, { namespace, force: 'maybe' })).status).toBe(400);
  });

  it.each([
    ['its title', { title: 'Another title' }],
    ['its metadata', { metadata: { team: 'north' } }],
    ['its media type', { mediaType: 'text/markdown' }],
  ])('is a new version if %s changed', async (_what, change) => {
    await ingest(acmeReport);

    expect(await ingest(acmeReport, change)).toMatchObject({ status: 'live', version: 2 });
  });

  it('A, B and A again at once end with A live, and a last A changes nothing', async () => {
    await ingest(acmeReport);
    const texts = ['B: Maria Keller left.', acmeReport, 'C: Maria Keller is back.', acmeReport];
    const accepted = [];
    for (const text of texts) accepted.push(await penstock.api.inline(namespace, 'report', text));
    const seen = await Promise.all(accepted.map(({ ingestionId }) => penstock.api.outcome(ingestionId)));

    const last = seen.at(-1);
    expect(last).toMatchObject({ status: 'live', version: 5 });
    const inEach = Object.values(await stores.liveIngestions(namespace)).map(({ report }) => report);
    expect(new Set(inEach)).toEqual(new Set([last?.ingestionId]));
    expect(await ingest(acmeReport)).toMatchObject({ status: 'unchanged', sameAs: last?.ingestionId });
  });

  it('is made again after it was deleted', async () => {
    await ingest(acmeReport);
    const { ingestionId } = await penstock.api.retract(namespace, 'report');

    const again = await ingest(acmeReport);

    expect(again).toMatchObject({ status: 'live', version: 2 });
    expect((await penstock.api.ingestion(ingestionId)).status).toBe('retracted');
    expect((await penstock.api.document(namespace, 'report')).body).toMatchObject({ version: 2 });
  });

  it.each([
    {
      by: 'date',
      says: 'last-modified',
      asks: 'if-modified-since',
      first: 'Wed, 25 Nov 2026 07:28:00 GMT',
      then: 'Thu, 26 Nov 2026 07:28:00 GMT',
    },
    { by: 'tag', says: 'etag', asks: 'if-none-match', first: '"a1"', then: 'W/"b2"' },
  ])(
    'is asked for by the $by alone that its server gave, and not fetched again while that is the same',
    async ({ says, asks, first: firstMark, then }) => {
      const page = { body: acmeReport, mark: firstMark };
      const asked: Readonly<Record<string, unknown>>[] = [];
      const { site, close } = await aServer(({ headers }, response) => {
        const same = headers[asks] === page.mark;
        asked.push({ since: headers['if-modified-since'], tag: headers['if-none-match'], same });
        response.writeHead(same ? 304 : 200, { 'content-type': 'text/plain', [says]: page.mark });
        response.end(same ? undefined : page.body);
      });
      const location = `${site}/report`;
      const fetchIt = (): Promise<IngestionSeen> => ingest('', { source: 'http', location, content: undefined });
      const first = await fetchIt();
      const before = await stores.everything(namespace);

      const second = await fetchIt();

      expect(first).toMatchObject({ status: 'live', version: 1 });
      expect(second).toMatchObject({ status: 'unchanged', version: 2, error: null, sameAs: first.ingestionId });
      expect(await stores.everything(namespace)).toEqual(before);
      Object.assign(page, { body: 'Maria Keller left.', mark: then });
      expect(await fetchIt()).toMatchObject({ status: 'live', version: 3 });
      const nothing = { since: undefined, tag: undefined };
      const mark = asks === 'if-none-match' ? { ...nothing, tag: firstMark } : { ...nothing, since: firstMark };
      expect(asked).toEqual([
        { ...nothing, same: false },
        { ...mark, same: true },
        { ...mark, same: false },
      ]);
      close();
    },
  );

  it('is a new version if its address leads to an older page since, which is not modified either', async () => {
    const pages: Readonly<Record<string, { body: string; date: string }>> = {
      '/v1': { body: 'Maria Keller left.', date: 'Fri, 20 Nov 2026 07:28:00 GMT' },
      '/v2': { body: acmeReport, date: 'Wed, 25 Nov 2026 07:28:00 GMT' },
    };
    let leadsTo = '/v2';
    const { site, close } = await aServer(({ url = '', headers }, response) => {
      const { body, date } = pages[url] ?? {};
      if (date === undefined) return void response.writeHead(302, { location: leadsTo }).end();
      const isSame = Date.parse(headers['if-modified-since'] ?? '') >= Date.parse(date);
      response.writeHead(isSame ? 304 : 200, { 'content-type': 'text/plain', 'last-modified': date });
      response.end(isSame ? undefined : body);
    });
    const fetchIt = () => ingest('', { source: 'http', location: `${site}/latest`, content: undefined });
    expect([(await fetchIt()).status, (await fetchIt()).status]).toEqual(['live', 'unchanged']);

    leadsTo = '/v1';

    expect(await fetchIt()).toMatchObject({ status: 'live', version: 3 });
    close();
  });

  it('is told by the command line, which does not fail for it, and forced by it', async () => {
    const path = join(penstock.uploadRoot, 'same.md');
    await writeFile(path, acmeReport);
    const environment = { PENSTOCK_HTTP_PORT: new URL(penstock.api.address).port };
    const run = (...flags: string[]) => runPenstock(['ingest', path, '-n', namespace, ...flags], environment);

    expect(await run()).toMatchObject({ code: 0, out: expect.stringMatching(/^live /) });
    expect(await run()).toMatchObject({ code: 0, out: expect.stringMatching(/^unchanged /) });
    expect(await run('--force')).toMatchObject({ code: 0, out: expect.stringMatching(/^live .* v3/) });
  });
});
