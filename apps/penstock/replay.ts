import type { Command } from 'commander';

import { loadConfig } from '#config';
import type { Replayed, ReplayedMany } from '#dead-letters';
import { PermanentFailure } from '#failure';

import { ApiClient } from './api-client.js';
import type { Terminal } from './terminal.js';

interface Options {
  readonly namespace?: string;
  readonly document?: string;
  readonly reason?: string;
  readonly stage?: string;
  readonly limit: string;
  readonly json?: true;
}

const pageMax = 1000;

/** `penstock replay`: gives dead letters another try; exit 1 if any of them was refused. */
export function addReplay(program: Command, terminal: Terminal): void {
  program
    .command('replay')
    .description(
      'give one dead letter, or all that match, another try under a new ingestion, with the answers of models that were kept',
    )
    .argument('[id]', 'the dead letter')
    .option('-n, --namespace <name>', 'all of this namespace')
    .option('-d, --document <documentId>', 'all of this document')
    .option('-r, --reason <reason>', 'all that failed for this reason')
    .option('-s, --stage <role>', 'all that this role gave up')
    .option('-l, --limit <count>', 'how many at most', '1000')
    .option('--json', 'print JSON')
    .action(async (id: string | undefined, options: Options) => {
      const api = ApiClient.of(loadConfig(), terminal);
      const outcome = id === undefined ? await replayed(api, options) : { items: [await api.replay(id)], refused: [] };
      if (options.json === true) terminal.out(JSON.stringify(outcome, null, 2));
      else for (const line of described(outcome)) terminal.out(line);
      if (outcome.refused.length > 0) terminal.exitCode = 1;
    });
}

async function replayed(api: ApiClient, options: Options): Promise<ReplayedMany> {
  const { namespace, document: documentId, reason, stage } = options;
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) throw new PermanentFailure('--limit must be a whole number from 1');
  const items: Replayed[] = [];
  const refused: ReplayedMany['refused'][number][] = [];
  let cursor: string | undefined;
  let left = limit;
  do {
    const asked = Math.min(left, pageMax);
    const page = await api.replayMany({ namespace, documentId, reason, stage, limit: asked, cursor });
    items.push(...page.items);
    refused.push(...page.refused);
    cursor = page.nextCursor;
    left -= asked;
  } while (cursor !== undefined && left > 0);
  return { items, refused };
}

function described({ items, refused }: ReplayedMany): string[] {
  return [
    ...items.map(({ id, documentId, ingestionId, version }) =>
      version === null
        ? `sent again  ${id}  ${documentId ?? ''}`
        : `replayed    ${id}  ${documentId ?? ''} v${version} as ${ingestionId ?? ''}`,
    ),
    ...refused.map(({ id, reason, message }) => `refused     ${id}  ${message} (${reason})`),
    ...(items.length + refused.length === 0 ? ['nothing to replay'] : []),
  ];
}
