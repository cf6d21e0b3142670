import { request, type IncomingHttpHeaders } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

import type { Identity } from './certificates.js';

/** Speaks TLS to clients and hands what they say on, in clear, to a service that knows no TLS. */
export interface TlsFront {
  /** Host and port of an address. */
  readonly at: string;
  stop(): void;
}

/** A front for any protocol. */
export function startTlsFront(target: string, identity: Identity): Promise<TlsFront> {
  const { hostname, port } = new URL(target);
  const server = createTlsServer({ ...identity }, (client) => {
    const service = connect(Number(port), hostname);
    for (const socket of [client, service]) {
      socket.on('error', () => void (client.destroy(), service.destroy()));
      socket.on('close', () => void (client.destroy(), service.destroy()));
    }
    client.pipe(service).pipe(client);
  });
  return listening(server);
}

/** A front for HTTP that lets in whose headers are right. */
export function startHttpsFront(
  target: string,
  identity: Identity,
  isLetIn: (headers: IncomingHttpHeaders) => boolean,
): Promise<TlsFront> {
  const { hostname, port } = new URL(target);
  const server = createHttpsServer({ ...identity }, (incoming, outgoing) => {
    if (!isLetIn(incoming.headers)) {
      incoming.resume();
      outgoing.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Unauthorized"}');
      return;
    }
    const { method, url, headers } = incoming;
    const passedOn = request({ hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passedOn.on('error', () => outgoing.destroy());
    incoming.pipe(passedOn);
  });
  return listening(server);
}

async function listening(server: Server): Promise<TlsFront> {
  // A client that trusts nobody here ends the handshake; that is its own affair.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return { at: `localhost:${(server.address() as AddressInfo).port}`, stop: () => void server.close() };
}
