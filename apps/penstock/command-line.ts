import { Command, CommanderError } from 'commander';

import { classify } from '#failure';

import { commands, wanted } from './commands.js';
import type { Terminal } from './terminal.js';

/** Runs one command line and returns the exit code; errors are one clear line on standard error. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const program = new Command('penstock')
    .description('Documents in, live in Neo4j, PostgreSQL, Qdrant and Redis, or in none of them.')
    .version('0.1.0')
    .option('--key <key>', 'key for the API; others on this machine can see it, PENSTOCK_API_KEY they cannot')
    .showHelpAfterError()
    .exitOverride();
  const terminal: Terminal = {
    out: (text) => void process.stdout.write(`${text}\n`),
    progress: (text) => void process.stderr.write(`${text}\n`),
    key: () => program.opts<{ key?: string }>().key,
    exitCode: 0,
  };
  try {
    for (const name of wanted(argv)) (await commands[name]?.())?.(program, terminal);
    await program.parseAsync(argv);
    return terminal.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    terminal.progress(`penstock: ${classify(error).message}`);
    return 1;
  }
}
