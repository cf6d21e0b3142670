import type { Command } from 'commander';
import { SingleBar } from 'cli-progress';

import { loadConfig } from '#config';

import { ApiClient, type IngestionReport } from './api-client.js';
import { secondsToMs } from './seconds-option.js';
import type { Terminal } from './terminal.js';
import { expandArguments, type Item } from './expand-arguments.js';
import { describeOutcome } from './describe-outcome.js';
import { submitAndWait, type Outcome } from './submit-and-wait.js';

interface Options {
  readonly namespace: string;
  readonly force?: true;
  readonly json?: true;
  readonly timeout: number;
}

/** `penstock ingest`: submits files, folders and URLs, waits for their outcomes; exit 1 unless all became live. */
export function addIngest(program: Command, terminal: Terminal): void {
  program
    .command('ingest')
    .description('ingest files, folders and URLs, and wait for their outcome')
    .argument('<path-or-url...>', 'files, folders (all files below them) or http(s) URLs')
    .option('-n, --namespace <name>', 'namespace of the documents', 'default')
    .option('-t, --timeout <seconds>', 'how long to wait for an outcome', secondsToMs, 600_000)
    .option('-f, --force', 'ingest even what is live with the same content')
    .option('--json', 'print an array of ingestions')
    .action(async (given: string[], options: Options) => {
      const items = await expandArguments(given);
      const outcomes = await ingestAll(items, options, terminal);
      if (options.json === true) terminal.out(JSON.stringify(outcomes.map(asReport), null, 2));
      else for (const outcome of outcomes) terminal.out(describeOutcome(outcome));
      if (outcomes.some(({ report }) => report?.status !== 'live' && report?.status !== 'unchanged'))
        terminal.exitCode = 1;
    });
}

async function ingestAll(items: readonly Item[], options: Options, terminal: Terminal): Promise<Outcome[]> {
  const bar = process.stderr.isTTY
    ? new SingleBar({ format: ' {bar} {value}/{total} documents  {eta_formatted}', stream: process.stderr })
    : undefined;
  bar?.start(items.length, 0);
  let settled = 0;
  try {
    return await submitAndWait(ApiClient.of(loadConfig()), items, {
      namespace: options.namespace,
      force: options.force ?? false,
      timeoutMs: options.timeout,
      onSettled: () => {
        settled += 1;
        bar?.update(settled);
        if (bar === undefined && (settled % 100 === 0 || settled === items.length)) {
          terminal.progress(`${settled}/${items.length} documents`);
        }
      },
    });
  } finally {
    bar?.stop();
  }
}

/** What was refused has no ingestion; it is told in the same array, with its reason. */
function asReport({ item, report, refusal }: Outcome): Partial<IngestionReport> & { documentId: string } {
  return (
    report ?? {
      documentId: item.documentId,
      status: 'failed',
      error: { reason: refusal?.reason ?? 'refused', message: refusal?.message ?? '' },
    }
  );
}
