import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { aSubmission } from '../submission.builder.js';
import { Http, type HttpOptions } from './http.js';
import type { OpenedSource } from './source.js';

/** A server on every address of this machine; `listener` may be changed at any time. */
export class WebServer {
  hits = 0;
  listener: RequestListener = (_request, response) => response.end('hello');
  private readonly server = createServer((request, response) => {
    this.hits += 1;
    this.listener(request, response);
  });

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The address of a page as a permitted client would write it. */
  page(path = '/'): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  async start(): Promise<void> {
    this.server.listen(0, '::');
    await once(this.server, 'listening');
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Opens an address as the stager does, by default without any guard. */
export async function opened(
  location: string,
  options: Partial<HttpOptions> = {},
  bytesMax = 1_000_000,
): Promise<OpenedSource> {
  const defaults = { allowPrivate: true, networks: [], ports: [], timeoutMs: 5_000, deadlineMs: 60_000 };
  const limits = { bytesMax, signal: new AbortController().signal, triedForMs: 0 };
  const answer = await new Http({ ...defaults, ...options }).open(aSubmission({ source: 'http', location }), limits);
  if (answer === 'unmodified') throw new Error('nobody asked whether it was modified');
  return answer;
}

/** The bytes behind an address. */
export async function fetched(...asked: Parameters<typeof opened>): Promise<Buffer> {
  const { stream } = await opened(...asked);
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
