import { styleText } from 'node:util';

import { Option, type Command } from 'commander';

import { loadConfig } from '#config';
import type { Cost, KeptCall } from '#usage';

import { ApiClient, type UsageAnswer } from './api-client.js';
import { describeCost, describeUsd } from './describe-outcome.js';
import { gatherPages } from './gather-pages.js';
import type { Terminal } from './terminal.js';

interface Options {
  readonly namespace?: string;
  readonly document?: string;
  readonly from?: string;
  readonly to?: string;
  readonly calls?: true;
  readonly ingestion?: string;
  readonly outcome?: string;
  readonly limit: string;
  readonly json?: true;
}

/** `penstock usage`: what models cost, by model and by what became of the work; or the calls themselves. */
export function addUsage(program: Command, terminal: Terminal): void {
  program
    .command('usage')
    .description('show what models cost: calls, tokens and money')
    .option('-n, --namespace <name>', 'only of this namespace')
    .option('-d, --document <documentId>', 'only of this document')
    .option('--from <time>', 'from this time on, in ISO 8601; sums by default from the beginning of the month (UTC)')
    .option('--to <time>', 'up to this time')
    .option('--calls', 'list the calls themselves, newest first')
    .addOption(callsOption('-i, --ingestion <ingestionId>', 'list the calls that were made for this ingestion'))
    .addOption(callsOption('-o, --outcome <outcome>', 'list the calls that came to this, such as answered or refused'))
    .option('-l, --limit <count>', 'how many calls to list at most', '50')
    .option('--json', 'print JSON')
    .action(async ({ calls, limit, json, ...asked }: Options) => {
      const api = ApiClient.of(loadConfig(), terminal);
      const filter = filterOf(asked);
      if (calls === true) {
        const listed = await gatherPages(Number(limit), (page) => api.calls({ ...filter, ...page }));
        if (json === true) terminal.out(JSON.stringify(listed, null, 2));
        else for (const call of listed) terminal.out(lineOf(call));
        return;
      }
      const usage = await api.usage(filter);
      terminal.out(json === true ? JSON.stringify(usage, null, 2) : described(usage));
    });
}

/** Sums know nothing of it, so it asks for the calls. */
function callsOption(flags: string, description: string): Option {
  return new Option(flags, description).implies({ calls: true });
}

function filterOf({ namespace, document, ingestion, outcome, from, to }: Partial<Options>): Record<string, string> {
  const query = { namespace, documentId: document, ingestionId: ingestion, outcome, from, to };
  return Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** One call as one line: when, what for, what came of it, what it cost and whom. */
function lineOf(call: KeptCall): string {
  const { at, id, model, purpose, outcome, promptTokens, completionTokens, usd, namespace, documentId } = call;
  const of = documentId === null ? namespace : `${namespace}/${documentId} ${call.ingestionId ?? ''}`.trimEnd();
  const said = outcome === 'answered' ? outcome : styleText('yellow', outcome);
  const cost = `${promptTokens} in, ${completionTokens} out, ${describeUsd(usd)}`;
  return `${at}  ${id}  ${model} (${purpose})  ${said}  ${cost}  ${of}`;
}

function described({ from, to, total, models, statuses, namespaces, waiting }: UsageAnswer): string {
  const line = (name: string, cost: Cost): string =>
    `  ${name.padEnd(44)} ${cost.promptTokens} in, ${cost.completionTokens} out, ${describeCost(cost)}`;
  return [
    `${from} to ${to}`,
    line('all', total),
    ...section(
      'by model',
      models.map((one) => line(`${one.model} (${one.purpose})`, one)),
    ),
    ...section(
      'by what became of it',
      Object.entries(statuses).map(([status, cost]) => line(status, cost)),
    ),
    ...section(
      'by namespace',
      Object.entries(namespaces).map(([name, cost]) => line(name, cost)),
    ),
    ...section(
      'waiting',
      waiting.map((one) => `  ${one.since}  ${one.model}  ${styleText('yellow', one.reason)}  ${one.message}`),
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [styleText('bold', title), ...lines];
}
