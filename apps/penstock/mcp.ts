import type { Command } from 'commander';

import { loadConfig } from '#config';

import { runMcp } from '../run-mcp.js';
import { portOption } from './port-option.js';
import type { Terminal } from './terminal.js';
import { untilEnded } from './until-ended.js';

interface Options {
  readonly http?: true;
  readonly write?: true;
  readonly namespace?: string;
  readonly port?: number;
}

/** `penstock mcp`: tools for agents, over standard input and output or over HTTP, until it is ended. */
export function addMcp(program: Command, terminal: Terminal): void {
  program
    .command('mcp')
    .description('serve the tools of the Model Context Protocol; they call the API')
    .option('--http', 'over Streamable HTTP, on loopback unless PENSTOCK_MCP_HOST says otherwise')
    .option('--port <port>', 'port for --http; 0 takes a free one', portOption)
    .option('--write', 'also offer tools that change what is stored')
    .option('-n, --namespace <name>', 'namespace that is meant if a call names none')
    .action(async ({ http, write, namespace, port }: Options) => {
      const config = {
        ...loadConfig(),
        ...(write === undefined ? {} : { mcpWrites: true }),
        ...(namespace === undefined ? {} : { mcpNamespace: namespace }),
        ...(port === undefined ? {} : { mcpPort: port }),
      };
      const served = await runMcp({ http: http === true, config });
      if (served === undefined) return;
      terminal.progress(`MCP at ${served.address}`);
      await untilEnded();
      await served.close();
    });
}
