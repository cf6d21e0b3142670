import { once } from 'node:events';
import type { Server } from 'node:http';

import express from 'express';

import { consoleFiles, passOn } from '#http';

import { consoleFolder } from '../console-folder.js';

/** Serves the console on loopback; what its pages ask goes to the API. */
export async function serveConsole(api: URL, port: number): Promise<Server> {
  const app = express().disable('x-powered-by');
  app.use('/console', consoleFiles(consoleFolder())).use('/v1', passOn(api));
  app.get('/', (_request, response) => response.redirect('/console/'));
  const server = app.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
