import { InvalidArgumentError, Option, type Command } from 'commander';

import { loadConfig } from '#config';
import { limitMax, searchModes } from '#query';

import { ApiClient } from './api-client.js';
import { describeHits } from './describe-hits.js';
import type { Terminal } from './terminal.js';

interface Options {
  readonly namespace: string;
  readonly mode: string;
  readonly limit: number;
  readonly document?: string[];
  readonly mediaType?: string[];
  readonly source?: string[];
  readonly since?: string;
  readonly until?: string;
  readonly metadata?: Record<string, string>;
  readonly asOf?: string;
  readonly cursor?: string;
  readonly explain?: true;
  readonly json?: true;
}

/** `penstock search`: asks a question and shows where its answers stand; exit 1 if there is none. */
export function addSearch(program: Command, terminal: Terminal): void {
  program
    .command('search')
    .description('ask a question; every hit says where it is from')
    .argument('<question...>', 'the question, in words')
    .option('-n, --namespace <name>', 'namespace to ask', 'default')
    .addOption(new Option('-m, --mode <mode>', 'how to look').choices(searchModes).default('auto'))
    .option('-l, --limit <n>', `most hits, up to ${limitMax}`, limitOf, 10)
    .option('--document <id...>', 'only in these documents')
    .option('--media-type <type...>', 'only in documents of these media types')
    .option('--source <name...>', 'only from these sources')
    .option('--since <day>', 'only what was submitted then or later')
    .option('--until <day>', 'only what was submitted before')
    .option('--metadata <key=value>', 'only documents with this field; may stand more than once', fieldOf)
    .option('--as-of <day>', 'only facts that held then; with mode auto or graph')
    .option('--cursor <cursor>', 'the next page')
    .option('--explain', 'also say how the route was found')
    .option('--json', 'print the whole answer')
    .action(async (words: string[], options: Options) => {
      const answer = await ApiClient.of(loadConfig(), terminal).search(bodyOf(words.join(' '), options));
      terminal.out(options.json === true ? JSON.stringify(answer, null, 2) : describeHits(answer));
      if (answer.hits.length === 0) terminal.exitCode = 1;
    });
}

function bodyOf(query: string, options: Options): Readonly<Record<string, unknown>> {
  const { namespace, mode, limit, document, mediaType, source, since, until, metadata, asOf, cursor, explain } =
    options;
  const filter = { documentId: document, mediaType, source, since, until, metadata };
  return { query, namespace, mode, limit, filter, asOf, cursor, explain };
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= limitMax) return limit;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${limitMax}`);
}

function fieldOf(text: string, before: Record<string, string> = {}): Record<string, string> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('must be key=value');
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}
