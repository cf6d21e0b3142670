import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';
import express, { type NextFunction, type Request, type Response } from 'express';

import { Access, Caller, RateLimits } from '#access';

import { identify } from './identify.js';
import type { IdentifiedRequest } from './needs.js';
import { problemOf } from './problem.js';
import { secureHeaders } from './secure-headers.js';

const known = new Caller({ kind: 'key', id: 'k', name: 'k', scopes: ['read'], namespaces: ['a'] });
const servers: Server[] = [];

afterEach(() => servers.splice(0).forEach((server) => server.close()));

interface Door {
  readonly callerMax?: number;
  readonly strangerMax?: number;
  readonly metricsOpen?: boolean;
}

/** A door off loopback that knows one key, and answers with the name of the caller. */
async function aDoor({ callerMax = 100, strangerMax = 100, metricsOpen = false }: Door = {}): Promise<string> {
  const keys = {
    callerOf: (text: string) => Promise.resolve(text === 'good' ? known : undefined),
    areNeeded: () => Promise.resolve(true),
  };
  const limits = new RateLimits({ redis: { status: 'end' }, callerMax, strangerMax });
  const app = express();
  app.use(secureHeaders());
  app.use(identify(new Access({ keys, host: '0.0.0.0' }), limits, { metricsOpen }));
  app.use(express.json());
  app.use((request: IdentifiedRequest, response: Response) => void response.send(request.caller?.name ?? 'nobody'));
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    response.status(problemOf(error).status).end();
  });
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const good = { authorization: 'Bearer good' };

describe('the door', () => {
  it('listens below /v1 to nobody unknown, however the path is written', async () => {
    const door = await aDoor();
    const paths = ['/v1/documents', '/V1/documents', '/v1', '/v1/', '/v1/nothing-here'];

    const statuses = await Promise.all(paths.map(async (path) => (await fetch(door + path)).status));

    expect(statuses).toEqual(paths.map(() => 401));
    expect(await (await fetch(`${door}/v1/documents`, { headers: good })).text()).toBe('k');
  });

  it('refuses before it reads a body', async () => {
    const door = await aDoor();
    const headers = { 'content-type': 'application/json' };

    const broken = await fetch(`${door}/v1/documents`, { method: 'POST', body: '{broken', headers });

    expect(broken.status).toBe(401);
  });

  it('leaves health, pages and signed webhooks to themselves', async () => {
    const door = await aDoor();
    const paths = ['/health/live', '/console/', '/v1/webhooks/front'];

    const texts = await Promise.all(paths.map(async (path) => (await fetch(door + path)).text()));

    expect(texts).toEqual(['nobody', 'nobody', 'nobody']);
  });

  it('shows metrics to everybody only if it is told to', async () => {
    const [shut, open] = [await aDoor(), await aDoor({ metricsOpen: true })];

    expect(await (await fetch(`${shut}/metrics`)).text()).toBe('nobody');
    expect(await (await fetch(`${open}/metrics`)).text()).toBe('anyone on this machine');
  });

  it('counts who is refused by address, and who is known by key', async () => {
    const door = await aDoor({ callerMax: 2, strangerMax: 2 });
    const ask = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${door}/v1/documents`, { headers })).status;
    const bad = { authorization: 'Bearer bad' };

    const strangers = [await ask({}), await ask(bad), await ask(bad), await ask({})];
    const callers = [await ask(good), await ask(good), await ask(good)];

    expect(strangers).toEqual([401, 401, 429, 429]);
    expect(callers).toEqual([200, 200, 429]);
  });

  it('lets a page run no inline code, be framed by nobody, and keep no answer', async () => {
    const door = await aDoor();

    const page = (await fetch(`${door}/console/`)).headers;
    const docs = (await fetch(`${door}/docs`)).headers;
    const answer = (await fetch(`${door}/v1/documents`, { headers: good })).headers;

    const policy = page.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(docs.get('content-security-policy')).toContain("style-src 'self' 'unsafe-inline'");
    expect(docs.get('content-security-policy')).toContain("script-src 'self';");
    expect(answer.get('cache-control')).toBe('no-store');
    expect(answer.get('x-content-type-options')).toBe('nosniff');
  });
});
