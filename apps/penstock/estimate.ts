import type { Command } from 'commander';

import { loadConfig } from '#config';

import { describeCost, describeUsd } from './describe-outcome.js';
import { estimateCost, type CostEstimate } from './estimate-cost.js';
import { expandArguments } from './expand-arguments.js';
import { totalUsd, type ModelEstimate } from './model-estimate.js';
import { readHere, type Unread } from './read-here.js';
import type { Terminal } from './terminal.js';

interface Estimate extends CostEstimate {
  readonly documents: number;
  readonly passages: number;
  /** US dollars of what is asked in any case; null if the price of one model is unknown. */
  readonly usd: number | null;
  /** The same with all that may be asked besides. */
  readonly usdAtMost: number | null;
  readonly unread: readonly Unread[];
}

/** `penstock estimate`: what models would cost; reads files here, asks no model, ingests nothing, needs no service. */
export function addEstimate(program: Command, terminal: Terminal): void {
  program
    .command('estimate')
    .description('say what ingesting files would cost, without asking a model or ingesting anything')
    .argument('<path...>', 'files and folders (all files below them)')
    .option('--json', 'print JSON')
    .action(async (given: string[], { json }: { json?: true }) => {
      const config = loadConfig();
      const { items } = await expandArguments(given);
      const { read, unread } = await readHere(config, items);
      const { models, possible } = await estimateCost(config, read);
      const passages = read.reduce((sum, one) => sum + one.passages.length, 0);
      const [usd, usdAtMost] = [totalUsd(models), totalUsd([...models, ...possible])];
      const estimate = { documents: read.length, passages, models, usd, possible, usdAtMost, unread };
      terminal.out(json === true ? JSON.stringify(estimate, null, 2) : described(estimate));
      if (unread.length > 0) terminal.exitCode = 1;
    });
}

function described({ documents, passages, models, usd, possible, usdAtMost, unread }: Estimate): string {
  const besides = [
    '  besides, if all names in doubt are asked about and every answer is repaired',
    ...possible.map(lineOf),
    `  at most ${describeUsd(usdAtMost)}; names of documents that are there already are not known here`,
  ];
  return [
    `${documents} documents, ${passages} passages; each distinct text is paid for once`,
    ...models.map(lineOf),
    `  together ${describeUsd(usd)}; answers are taken to say what the local rules find`,
    ...(possible.length === 0 ? [] : besides),
    ...unread.map(({ documentId, reason }) => `  not read: ${documentId}: ${reason}`),
  ].join('\n');
}

function lineOf(estimate: ModelEstimate): string {
  const { model, purpose, promptTokens, completionTokens } = estimate;
  const tokens = `${promptTokens} tokens in, ${completionTokens} out`;
  return `  ${`${model} (${purpose})`.padEnd(44)} ${tokens}, ${describeCost(estimate)}`;
}
