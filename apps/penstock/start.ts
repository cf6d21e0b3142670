import type { Command } from 'commander';

import { loadConfig } from '#config';
import { startStack, stopStack } from '#stack';

import { roleNames } from '../roles.js';

import type { Terminal } from './terminal.js';
import { servicesToStart, stackOptions } from './stack-options.js';

/** `penstock start`: services and all roles, until Ctrl-C; stops what it started, and nothing else. */
export function addStart(program: Command, terminal: Terminal): void {
  program
    .command('start')
    .description('start the services and all roles, and stay; Ctrl-C stops what this command started')
    .action(() => start(terminal));
}

async function start(terminal: Terminal): Promise<void> {
  const config = loadConfig();
  const options = stackOptions(config, terminal);
  const startedHere = await servicesToStart(options);
  const stopped = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.resolve());
  terminal.progress(startedHere.length === 0 ? 'services are running already' : 'starting services');
  const { addresses } = await startStack(options);
  try {
    terminal.progress('starting roles');
    const { runRoles } = await import('../run.js');
    const running = await runRoles(config, roleNames, { onFatal: (error) => stopped.reject(error) });
    for (const [service, address] of Object.entries({
      ...addresses,
      api: running.address,
      docs: `${running.address}/docs`,
    })) {
      terminal.out(`  ${service.padEnd(9)} ${address}`);
    }
    terminal.out('Penstock is running; Ctrl-C stops it.');
    await stopped.promise.finally(() => running.stop());
  } finally {
    await stopStack(options, startedHere);
  }
}
