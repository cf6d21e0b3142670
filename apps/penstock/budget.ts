import type { Command } from 'commander';

import { loadConfig } from '#config';

import { ApiClient } from './api-client.js';
import type { Terminal } from './terminal.js';

/** `penstock budget`: shows or replaces what a namespace may spend on models. */
export function addBudget(program: Command, terminal: Terminal): void {
  program
    .command('budget')
    .description('show or set what a namespace may spend on models')
    .argument('<namespace>')
    .argument('[budgets...]', 'e.g. 20usd/month 1000000tokens/day; these replace the others')
    .option('--clear', 'the namespace has no budget of its own any more')
    .option('--json', 'print JSON')
    .action(async (namespace: string, given: string[], { clear, json }: { clear?: true; json?: true }) => {
      const api = ApiClient.of(loadConfig(), terminal);
      const change = given.length > 0 || clear === true;
      const report = change ? await api.setBudgets(namespace, given) : await api.budget(namespace);
      if (json === true) return terminal.out(JSON.stringify(report, null, 2));
      const { budgets, exhausted, spent } = report;
      const usd = (amount: number | null): string => (amount === null ? 'price unknown' : `$${amount.toFixed(6)}`);
      terminal.out(
        `${namespace}  ${budgets.join(', ') || 'no budget'}${exhausted === null ? '' : `  used up: ${exhausted}`}`,
      );
      terminal.out(`  today       ${spent.day.tokens} tokens, ${usd(spent.day.usd)}`);
      terminal.out(`  this month  ${spent.month.tokens} tokens, ${usd(spent.month.usd)}`);
    });
}
