import { styleText } from 'node:util';

import type { Command } from 'commander';

import { loadConfig } from '#config';
import type { Cost } from '#usage';

import { ApiClient, type UsageAnswer } from './api-client.js';
import { describeCost } from './describe-outcome.js';
import type { Terminal } from './terminal.js';

interface Options {
  readonly namespace?: string;
  readonly document?: string;
  readonly from?: string;
  readonly to?: string;
  readonly json?: true;
}

/** `penstock usage`: what models cost, by model and by what became of the work. */
export function addUsage(program: Command, terminal: Terminal): void {
  program
    .command('usage')
    .description('show what models cost: calls, tokens and money')
    .option('-n, --namespace <name>', 'only of this namespace')
    .option('-d, --document <documentId>', 'only of this document')
    .option('--from <time>', 'from this time on, in ISO 8601; by default from the beginning of the month (UTC)')
    .option('--to <time>', 'up to this time')
    .option('--json', 'print JSON')
    .action(async ({ namespace, document, from, to, json }: Options) => {
      const query = { namespace, documentId: document, from, to };
      const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const usage = await ApiClient.of(loadConfig(), terminal).usage(Object.fromEntries(given));
      terminal.out(json === true ? JSON.stringify(usage, null, 2) : described(usage));
    });
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
