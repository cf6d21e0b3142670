import { styleText } from 'node:util';

import type { Command } from 'commander';

import { loadConfig } from '#config';
import type { LetterDetail, LetterSummary } from '#dead-letters';

import { ApiClient } from './api-client.js';
import { gatherPages } from './gather-pages.js';
import type { Terminal } from './terminal.js';

interface Options {
  readonly namespace?: string;
  readonly document?: string;
  readonly reason?: string;
  readonly stage?: string;
  readonly limit: string;
  readonly value?: true;
  readonly json?: true;
}

/** `penstock dead-letters`: lists what was given up, newest first, or shows one letter whole. */
export function addDeadLetters(program: Command, terminal: Terminal): void {
  program
    .command('dead-letters')
    .description('list events that were given up, or show one of them')
    .argument('[id]', 'show this dead letter')
    .option('-n, --namespace <name>', 'only of this namespace')
    .option('-d, --document <documentId>', 'only of this document')
    .option('-r, --reason <reason>', 'only those that failed for this reason')
    .option('-s, --stage <role>', 'only those that this role gave up')
    .option('-l, --limit <count>', 'how many at most', '50')
    .option('--value', "with the record's bytes, as base64 (one letter)")
    .option('--json', 'print JSON')
    .action(async (id: string | undefined, options: Options) => {
      const api = ApiClient.of(loadConfig(), terminal);
      if (id !== undefined) {
        const letter = await api.deadLetter(id, options.value === true ? 'value' : undefined);
        terminal.out(options.json === true ? JSON.stringify(letter, null, 2) : described(letter));
        return;
      }
      const letters = await listed(api, options);
      if (options.json === true) terminal.out(JSON.stringify(letters, null, 2));
      else for (const letter of letters) terminal.out(lineOf(letter));
    });
}

function listed(api: ApiClient, { namespace, document, reason, stage, limit }: Options): Promise<LetterSummary[]> {
  const filter = {
    ...(namespace === undefined ? {} : { namespace }),
    ...(document === undefined ? {} : { documentId: document }),
    ...(reason === undefined ? {} : { reason }),
    ...(stage === undefined ? {} : { stage }),
  };
  return gatherPages(Number(limit), (page) => api.deadLetters({ ...filter, ...page }));
}

/** One letter as one line: what failed, where, why, and whether it was replayed. */
function lineOf({
  id,
  failedAt,
  stage,
  reason,
  namespace,
  documentId,
  key,
  replayedAt,
  history,
  truncatedFromBytes,
}: LetterSummary): string {
  const document = documentId === null ? `key ${key ?? 'none'}` : `${namespace ?? ''}/${documentId}`;
  const again = history.length === 0 ? '' : `  failed ${history.length + 1} times`;
  const replayed = replayedAt === null ? '' : styleText('dim', '  replayed');
  const cut = truncatedFromBytes === null ? '' : styleText('red', '  cut');
  return `${failedAt}  ${id}  ${stage.padEnd(15)} ${styleText('yellow', reason)}  ${document}${again}${cut}${replayed}`;
}

function described(letter: LetterDetail): string {
  const { event, topic, partition, offset, sizeBytes, message, attempts, ingestionId, replayIngestionId } = letter;
  const cut = letter.truncatedFromBytes === null ? '' : ` left of ${letter.truncatedFromBytes}`;
  const lines = [
    lineOf(letter),
    `    ${letter.failureType}: ${message} (${attempts} ${attempts === 1 ? 'attempt' : 'attempts'})`,
    `    record     ${topic}/${partition}/${offset}, ${event ?? 'not decodable'}, ${sizeBytes} bytes${cut}`,
    `    ingestion  ${ingestionId ?? 'none'}`,
    ...Object.entries(letter.headers).map(([name, value]) => `    header     ${name}: ${value}`),
    `    payload    ${JSON.stringify(letter.payload)}`,
    ...letter.history.map((one) => `    before     ${one.failedAt}  ${one.id}  ${one.stage}  ${one.reason}`),
  ];
  if (letter.value !== undefined) lines.push(`    value      ${letter.value ?? 'null'}`);
  if (letter.replayedAt !== null) lines.push(`    replayed   ${letter.replayedAt} as ${replayIngestionId ?? 'it was'}`);
  return lines.join('\n');
}
