import type { Command } from 'commander';

import { loadConfig } from '#config';

import { ApiClient } from './api-client.js';
import { awaitOutcome } from './await-outcome.js';
import { secondsToMs } from './seconds-option.js';
import type { Terminal } from './terminal.js';

/** `penstock delete`: retracts a document and waits until all four stores have removed it. */
export function addDelete(program: Command, terminal: Terminal): void {
  program
    .command('delete')
    .description('remove a document from all four stores, and wait until it is gone')
    .argument('<documentId>')
    .option('-n, --namespace <name>', 'namespace of the document', 'default')
    .option('-t, --timeout <seconds>', 'how long to wait', secondsToMs, 600_000)
    .option('--json', 'print JSON')
    .action(async (documentId: string, options: { namespace: string; timeout: number; json?: true }) => {
      const api = ApiClient.of(loadConfig(), terminal);
      const { ingestionId } = await api.retract(options.namespace, documentId);
      const report = await awaitOutcome(api, ingestionId, options.timeout);
      terminal.out(options.json === true ? JSON.stringify(report, null, 2) : `${report.status}  ${documentId}`);
    });
}
