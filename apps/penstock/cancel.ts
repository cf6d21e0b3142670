import type { Command } from 'commander';

import { loadConfig } from '#config';

import { ApiClient } from './api-client.js';
import { awaitOutcome } from './await-outcome.js';
import { secondsToMs } from './seconds-option.js';
import type { Terminal } from './terminal.js';

/** `penstock cancel`: gives up an ingestion that is not decided yet, and waits for what became of it. */
export function addCancel(program: Command, terminal: Terminal): void {
  program
    .command('cancel')
    .description('give up an ingestion that is not decided yet, and wait until every store has undone it')
    .argument('<ingestionId>')
    .option('-t, --timeout <seconds>', 'how long to wait', secondsToMs, 600_000)
    .option('--json', 'print JSON')
    .action(async (ingestionId: string, options: { timeout: number; json?: true }) => {
      const api = ApiClient.of(loadConfig(), terminal);
      await api.cancel(ingestionId);
      const report = await awaitOutcome(api, ingestionId, options.timeout);
      terminal.out(options.json === true ? JSON.stringify(report, null, 2) : `${report.status}  ${report.documentId}`);
      // The saga log has the last word: a fourth receipt may have been there before.
      if (report.status === 'live') terminal.exitCode = 1;
    });
}
