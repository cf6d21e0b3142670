import type { Command } from 'commander';

import { loadConfig } from '#config';

import { describeCost, describeUsd } from './describe-outcome.js';
import { estimateCost, type ModelEstimate } from './estimate-cost.js';
import { expandArguments } from './expand-arguments.js';
import { readHere, type Unread } from './read-here.js';
import type { Terminal } from './terminal.js';

interface Estimate {
  readonly documents: number;
  readonly passages: number;
  readonly models: readonly ModelEstimate[];
  /** US dollars of all models; null if the price of one is unknown. */
  readonly usd: number | null;
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
      const models = await estimateCost(config, read);
      const passages = read.reduce((sum, one) => sum + one.passages.length, 0);
      const usd = models.reduce<number | null>(
        (sum, one) => (sum === null || one.usd === null ? null : sum + one.usd),
        0,
      );
      const estimate = { documents: read.length, passages, models, usd, unread };
      terminal.out(json === true ? JSON.stringify(estimate, null, 2) : described(estimate));
      if (unread.length > 0) terminal.exitCode = 1;
    });
}

function described({ documents, passages, models, usd, unread }: Estimate): string {
  return [
    `${documents} documents, ${passages} passages; each distinct text is paid for once`,
    ...models.map((one) => {
      const tokens = `${one.promptTokens} tokens in, ${one.completionTokens} out`;
      return `  ${`${one.model} (${one.purpose})`.padEnd(44)} ${tokens}, ${describeCost(one)}`;
    }),
    `  together ${describeUsd(usd)}; answers are taken to say what the local rules find`,
    ...unread.map(({ documentId, reason }) => `  not read: ${documentId}: ${reason}`),
  ].join('\n');
}
