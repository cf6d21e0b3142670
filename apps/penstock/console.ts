import type { AddressInfo } from 'node:net';

import { InvalidArgumentError, type Command } from 'commander';

import { loadConfig } from '#config';

import { ApiClient } from './api-client.js';
import { portOption } from './port-option.js';
import type { Terminal } from './terminal.js';
import { untilEnded } from './until-ended.js';

interface Options {
  readonly api?: URL;
  readonly port: number;
}

/** `penstock console`: the console alone, on loopback, for an API that runs elsewhere; until it is ended. */
export function addConsole(program: Command, terminal: Terminal): void {
  program
    .command('console')
    .description('serve the console alone, for an API elsewhere; the API serves it itself at /console/')
    .option('--api <url>', 'address of the API; by default the one of the settings', addressOption)
    .option('--port <port>', 'port on loopback; 0 takes a free one', portOption, 7071)
    .action(async ({ api, port }: Options) => {
      // Loaded only here: the help answers sooner without what serves HTTP.
      const { serveConsole } = await import('./serve-console.js');
      const server = await serveConsole(api ?? new URL(ApiClient.of(loadConfig(), terminal).address), port);
      terminal.progress(`console at http://127.0.0.1:${(server.address() as AddressInfo).port}/console/`);
      await untilEnded();
      server.closeAllConnections();
      server.close();
    });
}

function addressOption(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new InvalidArgumentError('must be the address of an API, such as https://penstock.example.com');
}
