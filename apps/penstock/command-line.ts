import { Command, CommanderError } from 'commander';

import { classify } from '#failure';

import { addAudit } from './audit.js';
import { addBudget } from './budget.js';
import { addCancel } from './cancel.js';
import { addDeadLetters } from './dead-letters.js';
import { addDelete } from './delete.js';
import { addDemo } from './demo.js';
import { addDown } from './down.js';
import { addEstimate } from './estimate.js';
import { addFront } from './front.js';
import { addIngest } from './ingest.js';
import { addMcp } from './mcp.js';
import { addReplay } from './replay.js';
import { addRun } from './run.js';
import { addSearch } from './search.js';
import { addShow } from './show.js';
import { addStart } from './start.js';
import { addStatus } from './status.js';
import type { Terminal } from './terminal.js';
import { addTopics } from './topics.js';
import { addUp } from './up.js';
import { addUsage } from './usage.js';

/** Runs one command line and returns the exit code; errors are one clear line on standard error. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const terminal: Terminal = {
    out: (text) => void process.stdout.write(`${text}\n`),
    progress: (text) => void process.stderr.write(`${text}\n`),
    exitCode: 0,
  };
  const program = new Command('penstock')
    .description('Documents in, live in Neo4j, PostgreSQL, Qdrant and Redis, or in none of them.')
    .version('0.1.0')
    .showHelpAfterError()
    .exitOverride();
  const runs = [addUp, addDown, addStatus, addRun, addStart, addDemo];
  const documents = [addIngest, addSearch, addShow, addCancel, addDelete, addDeadLetters, addReplay, addTopics];
  const commands = [...runs, ...documents, addMcp, addAudit, addEstimate, addUsage, addBudget, addFront];
  for (const add of commands) add(program, terminal);
  try {
    await program.parseAsync(argv);
    return terminal.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    terminal.progress(`penstock: ${classify(error).message}`);
    return 1;
  }
}
