import type { Command } from 'commander';
import { SingleBar } from 'cli-progress';

import { loadConfig } from '#config';

import { ApiClient } from './api-client.js';
import { describeOutcome } from './describe-outcome.js';
import { describeHidden, expandArguments, recordFiles, type Item } from './expand-arguments.js';
import { ingestWatching } from './ingest-watching.js';
import { asReport, isGood, type Outcome } from './outcome.js';
import { readRecords, type RecordOptions } from './read-records.js';
import { secondsToMs } from './seconds-option.js';
import { submitAndWait } from './submit-and-wait.js';
import type { Terminal } from './terminal.js';

interface Options {
  readonly namespace: string;
  readonly force?: true;
  readonly json?: true;
  readonly timeout: number;
  readonly watch?: true;
  readonly delete?: true;
  readonly records?: true;
  readonly idField?: string;
  readonly type?: string;
}

const interrupted = 130;

/**
 * `penstock ingest`: submits documents and waits for their outcomes, and for those of what lies in them; exit 1 unless
 * all became live.
 */
export function addIngest(program: Command, terminal: Terminal): void {
  program
    .command('ingest')
    .description('ingest files, folders, patterns and URLs, and wait for their outcome')
    .argument('<path-or-url...>', 'files, folders (all files below them), quoted patterns, or http(s) URLs')
    .option('-n, --namespace <name>', 'namespace of the documents', 'default')
    .option('-t, --timeout <seconds>', 'how long to wait for an outcome, and for those inside', secondsToMs, 600_000)
    .option('-f, --force', 'ingest even what is live with the same content')
    .option('-w, --watch', 'stay, and ingest files as they are added and changed, until Ctrl-C')
    .option('--delete', 'with --watch: delete the document of a file, or of a record, that is removed')
    .option('-r, --records', 'the files are NDJSON, a record a line; patterns stand for files')
    .option(
      '--id-field <field>',
      'with --records: field that names a record, such as order.number; or else its line does',
    )
    .option('--type <type>', 'with --records: type of the records')
    .option('--json', 'print an array of ingestions')
    .action((given: string[], options: Options) => ingest(given, options, terminal));
}

async function ingest(given: readonly string[], options: Options, terminal: Terminal): Promise<void> {
  const over = new AbortController();
  const stop = (): void => over.abort();
  // A second Ctrl-C ends the process as it always does.
  process.once('SIGINT', stop);
  try {
    const api = ApiClient.of(loadConfig(), terminal);
    const { namespace, timeout: timeoutMs, force = false, delete: isDeleting = false } = options;
    if (options.watch === true) {
      const common = { namespace, timeoutMs, force, isDeleting, signal: over.signal };
      const records = options.records === true ? recordOptions(options) : undefined;
      return await ingestWatching(api, given, { ...common, records }, terminal);
    }
    const { items, hidden } = await documentsOf(given, options);
    const outcomes = await ingestAll(api, items, options, over.signal, terminal);
    if (options.json === true) terminal.out(JSON.stringify(outcomes.map(asReport), null, 2));
    if (hidden > 0) terminal.progress(describeHidden(hidden));
    if (!outcomes.every(isGood)) terminal.exitCode = 1;
    if (over.signal.aborted) terminal.exitCode = interrupted;
  } finally {
    process.off('SIGINT', stop);
  }
}

interface Documents {
  readonly items: readonly Item[] | AsyncIterable<Item>;
  readonly hidden: number;
}

async function documentsOf(given: readonly string[], options: Options): Promise<Documents> {
  if (options.records !== true) return expandArguments(given);
  return { items: readRecords(await recordFiles(given), recordOptions(options)), hidden: 0 };
}

async function ingestAll(
  api: ApiClient,
  items: Documents['items'],
  options: Options,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<Outcome[]> {
  const { namespace, force = false, timeout: timeoutMs, json } = options;
  const total = 'length' in items ? items.length : 0;
  const bar = process.stderr.isTTY && json === true ? progressBar(total) : undefined;
  let settled = 0;
  try {
    return await submitAndWait(api, items, {
      ...{ namespace, force, timeoutMs, signal },
      onSettled: (outcome) => {
        settled += 1;
        bar?.update(settled);
        if (json !== true) terminal.out(describeOutcome(outcome));
        else if (bar === undefined && settled % 100 === 0) terminal.progress(`${settled} documents`);
      },
    });
  } finally {
    bar?.stop();
  }
}

function recordOptions({ type, idField }: Options): RecordOptions {
  return { type, idField };
}

function progressBar(total: number): SingleBar {
  const bar = new SingleBar({ format: ' {bar} {value}/{total} documents  {eta_formatted}', stream: process.stderr });
  bar.start(total, 0);
  return bar;
}
