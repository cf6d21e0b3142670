import type { Command } from 'commander';

import { roleNames, type RoleName } from '../roles.js';

import type { Terminal } from './terminal.js';

/** `penstock run`: runs roles in this process until it is told to stop. */
export function addRun(program: Command, _terminal: Terminal): void {
  program
    .command('run')
    .description('run all roles, or some of them, in this process')
    .option('-r, --roles <names>', `comma separated: ${roleNames.join(', ')}`, roleNames.join(','))
    .action(async ({ roles }: { roles: string }) => {
      // Loaded only here: the other commands answer sooner without what the roles need.
      const { main } = await import('../main.js');
      await main(roles.split(',').map((name) => name.trim() as RoleName));
    });
}
