import type { Command } from 'commander';

import { loadConfig } from '#config';
import { stopStack } from '#stack';

import type { Terminal } from './terminal.js';
import { stackOptions } from './stack-options.js';

/** `penstock down`: stops the services that `up` started, and nothing else; their data stays. */
export function addDown(program: Command, terminal: Terminal): void {
  program
    .command('down')
    .description('stop the services that `penstock up` started; their data stays')
    .option('--json', 'print what was stopped as JSON')
    .action(async ({ json }: { json?: true }) => {
      const stopped = await stopStack(stackOptions(loadConfig(), terminal));
      if (json === true) terminal.out(JSON.stringify({ stopped }, null, 2));
      else if (stopped.length === 0) terminal.out('nothing was running');
    });
}
