import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setInterval } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { aNamespace, startPenstock, type PenstockUnderTest } from './penstock-under-test.js';
import type { IngestionSeen } from './penstock-api.js';
import { StoreViews } from './store-views.js';

const patienceMs = 120_000;
const bytesMax = 2 * 1024 ** 2;
const tenGigabytes = 10 * 1024 ** 3;
/** The one address that may be asked; every other of this machine is as private as in production. */
const allowedHost = '127.0.0.5';
const namespace = aNamespace('web');
let penstock: PenstockUnderTest;
let stores: StoreViews;
let server: Server;
let site: string;
let port: number;
/** Hosts that were asked for a secret, and bytes of the bodies without end that were sent. */
const secretsAsked: (string | undefined)[] = [];
let sentBytes = 0;

jest.setTimeout(2 * patienceMs);

/** Sends for as long as somebody takes it, at most ten gigabytes. */
async function sendWithoutEnd(response: ServerResponse): Promise<void> {
  const piece = Buffer.alloc(64 * 1024, 'x');
  function* pieces(): Generator<Buffer> {
    for (let sent = 0; sent < tenGigabytes; sent += piece.length) {
      sentBytes += piece.length;
      yield piece;
    }
  }
  // Who asked goes away in the middle, as it should.
  await pipeline(pieces, response).catch(() => undefined);
}

async function drip(response: ServerResponse): Promise<void> {
  for await (const _tick of setInterval(200)) {
    if (response.destroyed) return;
    response.write('slowly ');
  }
}

const pages: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => unknown>> = {
  '/good': (_request, response) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end('Marta winds the gauge.'),
  '/secret': ({ headers }, response) => {
    secretsAsked.push(headers.host);
    response.writeHead(200, { 'content-type': 'text/plain' }).end('the secret of this machine');
  },
  '/to-loopback': (_request, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${port}/secret` }).end(),
  '/to-name': (_request, response) => response.writeHead(301, { location: `http://localhost:${port}/secret` }).end(),
  '/in-two-hops': (_request, response) => response.writeHead(307, { location: '/to-loopback' }).end(),
  '/to-a-store': (_request, response) => response.writeHead(302, { location: `http://${allowedHost}:6379/` }).end(),
  '/to-a-file': (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/declared': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': tenGigabytes });
    return sendWithoutEnd(response);
  },
  '/undeclared': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    return sendWithoutEnd(response);
  },
  '/silent': () => undefined,
  '/stands-still': (_request, response) => response.writeHead(200, { 'content-type': 'text/plain' }).write('half a wo'),
  '/drips': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    return drip(response);
  },
  '/empty': (_request, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(),
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const page = pages[request.url ?? ''];
    if (page === undefined) response.writeHead(404).end('not found');
    else void page(request, response);
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  site = `http://${allowedHost}:${port}`;
  stores = new StoreViews();
  const guard = { httpAllowPrivate: false, httpNetworks: [`${allowedHost}/32`], httpPorts: [port] };
  const limits = { uploadBytesMax: bytesMax, httpTimeoutMs: 2_000, httpDeadlineMs: 3_000 };
  penstock = await startPenstock({ ...guard, ...limits });
});

afterAll(async () => {
  await penstock.stop();
  await stores.close();
  server.closeAllConnections();
  server.close();
  expect(penstock.fatal).toEqual([]);
});

async function ingested(location: string): Promise<IngestionSeen> {
  const { ingestionId } = await penstock.api.submit({ namespace, documentId: location, source: 'http', location });
  return penstock.api.outcome(ingestionId, patienceMs);
}

/** What a person is told; nothing of it may be left, neither in a store nor in staging. */
async function refused(location: string): Promise<IngestionSeen['error']> {
  const seen = await ingested(location);
  expect(seen).toMatchObject({ status: 'failed', stage: 'stager', error: { role: 'stager' } });
  expect(seen.error?.message).toMatch(/^[^\n]{8,200}$/u);
  for (const live of Object.values(await stores.liveIngestions(namespace))) expect(live).not.toHaveProperty([location]);
  const staged = await penstock.stagedFiles();
  expect(staged.filter((name) => name.startsWith(seen.ingestionId))).toEqual([]);
  return seen.error;
}

describe('an address that is private', () => {
  it.each([
    ['as a number', () => `http://127.0.0.1:${port}/secret`],
    ['in one number', () => `http://2130706433:${port}/secret`],
    ['in IPv6', () => `http://[::1]:${port}/secret`],
    ['mapped into IPv6', () => `http://[::ffff:127.0.0.1]:${port}/secret`],
    ['by name', () => `http://localhost:${port}/secret`],
    ['of the cloud that tells secrets', () => 'http://169.254.169.254/latest/meta-data'],
    ['on the port of a store', () => `http://${allowedHost}:6379/`],
    ['by a redirect', () => `${site}/to-loopback`],
    ['by a redirect to a name', () => `${site}/to-name`],
    ['by the second of two redirects', () => `${site}/in-two-hops`],
    ['by a redirect to the port of a store', () => `${site}/to-a-store`],
  ])('fails its ingestion as blocked-address, %s', async (_how, location) => {
    expect(await refused(location())).toMatchObject({ reason: 'blocked-address' });
    expect(secretsAsked).toEqual([]);
  });

  it('is told from one that is no address of the web', async () => {
    expect(await refused(`${site}/to-a-file`)).toMatchObject({ reason: 'bad-location' });
  });
});

describe('a body of ten gigabytes', () => {
  it.each(['declared', 'undeclared'])('fails its ingestion as too-large, its size %s', async (how) => {
    sentBytes = 0;

    expect(await refused(`${site}/${how}`)).toMatchObject({ reason: 'too-large' });

    expect(sentBytes).toBeLessThan(64 * 1024 ** 2);
  });
});

describe('a server that is slow', () => {
  it.each(['silent', 'stands-still', 'drips'])('fails its ingestion as timeout: %s', async (how) => {
    expect(await refused(`${site}/${how}`)).toMatchObject({ reason: 'timeout' });
  });
});

describe('a server that has nothing', () => {
  it('fails its ingestion with what it said', async () => {
    expect(await refused(`${site}/nowhere`)).toMatchObject({
      reason: 'http-status',
      message: expect.stringContaining('404'),
    });
    expect(await ingested(`${site}/empty`)).toMatchObject({ status: 'failed', error: { reason: 'empty' } });
  });
});

describe('the document behind all of them', () => {
  it('becomes live', async () => {
    expect(await ingested(`${site}/good`)).toMatchObject({ status: 'live', error: null });
    const live = Object.values(await stores.liveIngestions(namespace)).map((of) => Object.keys(of));
    for (const documents of live) expect(documents).toEqual([`${site}/good`]);
  });
});
