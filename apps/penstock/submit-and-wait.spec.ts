import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import { ApiClient } from './api-client.js';
import { submitAndWait, type Outcome } from './submit-and-wait.js';

let server: Server;

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

/** An API that accepts a URL as an ingestion, and answers what becomes of it as told, one way after the other. */
async function outcomeOf(...answers: readonly ((response: ServerResponse) => void)[]): Promise<Outcome | undefined> {
  const left = [...answers];
  server = createServer(({ method }, response) => {
    if (method === 'POST') json(202, { documentId: 'd', ingestionId: 'i', version: 1 })(response);
    else (left.shift() ?? json(200, { status: 'live' }))(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const api = new ApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const item = { kind: 'url', location: 'https://a.example', documentId: 'd' } as const;
  const [outcome] = await submitAndWait(api, [item], {
    ...{ namespace: 'default', timeoutMs: 50_000, onSettled: () => undefined },
  });
  return outcome;
}

const json =
  (status: number, body: unknown) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const cutOff = (response: ServerResponse): void => void response.destroy();

describe('an outcome that is waited for', () => {
  it('comes although the API is away for a moment, or in trouble', async () => {
    const away = [cutOff, json(503, { detail: 'no database', reason: 'postgres-unavailable' })];

    expect(await outcomeOf(json(200, { status: 'parsed' }), ...away, cutOff)).toMatchObject({
      report: { status: 'live' },
    });
  });

  it('does not come if the API knows no such ingestion', async () => {
    const outcome = await outcomeOf(json(404, { detail: 'no such ingestion', reason: 'not-found' }));

    expect(outcome).toMatchObject({
      refusal: { kind: 'permanent', reason: 'not-found', message: 'no such ingestion' },
    });
  });
});

describe('a document that is submitted to nobody', () => {
  it('is refused with a reason', async () => {
    server = createServer().listen(0, '127.0.0.1');
    const item = { kind: 'url', location: 'https://a.example', documentId: 'd' } as const;
    const options = { namespace: 'default', timeoutMs: 50_000, onSettled: () => undefined };

    const [outcome] = await submitAndWait(new ApiClient('http://127.0.0.1:1'), [item], options);

    expect(outcome).toMatchObject({ refusal: { kind: 'transient', reason: 'api-unreachable' } });
  });
});
