import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ApiClient } from './api-client.js';

export type Answer = (response: ServerResponse) => void;

/** An API on a port of its own that answers as it is told. */
export async function serveApi(listener: RequestListener): Promise<{ api: ApiClient; close: () => Promise<void> }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { api: new ApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), close };
}

export function json(status: number, body: unknown): Answer {
  return (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
