import type { Command } from 'commander';
import { validate as isUuid } from 'uuid';

import { loadConfig } from '#config';

import { ApiClient } from './api-client.js';
import type { Terminal } from './terminal.js';
import { describeIngestion } from './describe-outcome.js';

/** `penstock show`: one ingestion by its id, or a document with its live version and ingestions. */
export function addShow(program: Command, terminal: Terminal): void {
  program
    .command('show')
    .description('show an ingestion (by ingestionId) or a document (by documentId)')
    .argument('<id>', 'ingestionId or documentId')
    .option('-n, --namespace <name>', 'namespace of the document', 'default')
    .option('--chunks', 'with the text of the live chunks')
    .option('--json', 'print JSON')
    .action(async (id: string, { namespace, chunks, json }: { namespace: string; chunks?: true; json?: true }) => {
      const api = ApiClient.of(loadConfig(), terminal);
      if (isUuid(id)) {
        const report = await api.ingestion(id);
        terminal.out(json === true ? JSON.stringify(report, null, 2) : describeIngestion(report));
        return;
      }
      terminal.out(JSON.stringify(await api.document(namespace, id, chunks === true ? 'chunks' : undefined), null, 2));
    });
}
