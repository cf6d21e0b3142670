import type { Command } from 'commander';

import type { KeptAct } from '#access';
import { loadConfig } from '#config';

import { ApiClient } from './api-client.js';
import type { Terminal } from './terminal.js';

interface Options {
  readonly namespace?: string;
  readonly limit: string;
  readonly json?: true;
}

/** `penstock acts`: the audit log of what people did, newest first. */
export function addActs(program: Command, terminal: Terminal): void {
  program
    .command('acts')
    .description('who deleted, cancelled, replayed, repaired or changed keys, budgets and partitions')
    .option('-n, --namespace <name>', 'only of this namespace')
    .option('-l, --limit <count>', 'how many at most, up to 200', '50')
    .option('--json', 'print JSON')
    .action(async ({ namespace, limit, json }: Options) => {
      const query = { limit, ...(namespace === undefined ? {} : { namespace }) };
      const { items } = await ApiClient.of(loadConfig(), terminal).acts(query);
      if (json === true) terminal.out(JSON.stringify(items, null, 2));
      else for (const act of items) terminal.out(lineOf(act));
    });
}

function lineOf({ at, act, actor, actorName, namespace, subject, outcome }: KeptAct): string {
  const who = actor.endsWith(actorName) ? actor : `${actor} (${actorName})`;
  return `${at}  ${act.padEnd(20)} ${outcome ?? 'unknown'}  ${namespace ?? '-'}  ${subject}  by ${who}`;
}
