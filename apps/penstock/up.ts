import type { Command } from 'commander';

import { loadConfig } from '#config';
import { startStack } from '#stack';

import type { Terminal } from './terminal.js';
import { stackOptions } from './stack-options.js';

/** `penstock up`: starts the native services; safe to run twice. */
export function addUp(program: Command, terminal: Terminal): void {
  program
    .command('up')
    .description('start Kafka, registry, Neo4j, PostgreSQL, Qdrant and Redis on this machine')
    .option('--json', 'print the addresses as JSON')
    .action(async ({ json }: { json?: true }) => {
      const { addresses } = await startStack(stackOptions(loadConfig(), terminal));
      if (json === true) terminal.out(JSON.stringify({ services: addresses }, null, 2));
      else for (const [service, address] of Object.entries(addresses)) terminal.out(`${service.padEnd(9)} ${address}`);
    });
}
