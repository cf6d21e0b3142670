import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';

import type { RequestHandler } from 'express';

import { problem } from './problem.js';

/** Headers that speak of one connection only. */
const ofTheConnection = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * Passes requests on to an API elsewhere as they are, and its answers back as they come, streams included. Only the
 * path comes from the request, never the host: nobody is led to another place than this one.
 */
export function passOn(api: URL): RequestHandler {
  const ask = api.protocol === 'https:' ? httpsRequest : httpRequest;
  const base = api.pathname.replace(/\/$/, '');
  return (incoming, outgoing) => {
    const { hostname, port, host } = api;
    const headers = { ...lasting(incoming.headers), host };
    const target = { hostname, port, method: incoming.method, path: `${base}${incoming.originalUrl}`, headers };
    const asked = ask(target, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, lasting(answer.headers));
      outgoing.flushHeaders();
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    asked.on('error', () => {
      if (outgoing.headersSent) return void outgoing.destroy();
      const away = problem(502, 'the API can not be reached', 'unreachable');
      outgoing.status(502).type('application/problem+json').send(JSON.stringify(away));
    });
    outgoing.on('close', () => asked.destroy());
    incoming.pipe(asked);
  };
}

function lasting(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheConnection.includes(name)));
}
