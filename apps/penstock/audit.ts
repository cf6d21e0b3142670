import { randomUUID } from 'node:crypto';
import { styleText } from 'node:util';

import type { Command } from 'commander';

import { AdminActs } from '#access';
import type { AuditReport, Finding, Outcome } from '#audit';
import { loadConfig } from '#config';
import { PermanentFailure, TransientFailure } from '#failure';

import { StoreAudits } from '../audit.js';
import { createPlatform } from '../platform.js';

import { byShell } from './by-shell.js';
import type { Terminal } from './terminal.js';

interface Options {
  readonly repair: boolean;
  readonly remove: boolean;
  readonly namespace?: string;
  readonly json?: true;
}

type Found = Finding & { readonly outcome: Outcome };

/** Most findings that are printed as JSON, which is printed at the end; without it each is printed as it is found. */
const listedMax = 10_000;
const needsRepair = '--remove is a way to repair: it goes with --repair';

/** `penstock audit`: compares the stores with the ledger and each other; exit 1 for findings that are not healed. */
export function addAudit(program: Command, terminal: Terminal): void {
  program
    .command('audit')
    .description('compare the four stores with each other and with the ledger')
    .option('--repair', 'heal what is found, while everything runs', false)
    .option('--remove', 'with --repair: delete documents everywhere that nothing is left to heal from', false)
    .option('-n, --namespace <name>', 'only this namespace')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const listed: Found[] = [];
      if (options.remove && !options.repair) throw new PermanentFailure(needsRepair, { reason: 'bad-request' });
      const report = await audit(options, (finding, outcome) => {
        if (options.json !== true) terminal.out(line({ ...finding, outcome }));
        else if (listed.length < listedMax) listed.push({ ...finding, outcome });
      });
      terminal.out(options.json === true ? JSON.stringify(asJson(report, listed), null, 2) : summary(report));
      if (report.outcomes.found + report.outcomes.left > 0) terminal.exitCode = 1;
    });
}

async function audit(
  { repair, remove, namespace }: Options,
  onFinding: (finding: Finding, outcome: Outcome) => void,
): Promise<AuditReport> {
  const platform = createPlatform({ ...loadConfig(), logLevel: 'silent' }, `audit-${randomUUID().slice(0, 8)}`);
  const audits = new StoreAudits(platform);
  try {
    await audits.prepare();
    // A document that can't be healed is retracted by an event, which needs its schema.
    if (repair) await platform.codec.start();
    const run = () => audits.run({ repair, remove, namespace, onFinding }, new AbortController().signal);
    const act = { act: 'stores.repair', namespace: namespace ?? null, subject: remove ? 'heal or remove' : 'heal' };
    const report = repair ? await new AdminActs(platform.pool).record(byShell(act), run) : await run();
    if (report === undefined) throw new TransientFailure('another audit is running', { reason: 'audit-running' });
    return report;
  } finally {
    await audits.close();
    await platform.pool.end();
  }
}

function line({ kind, store, document, namespace, id, detail, outcome }: Found): string {
  const good = outcome === 'healed' || outcome === 'removed';
  const mark = styleText(good ? 'green' : 'red', outcome.padEnd(7));
  const name = document === null ? (namespace ?? '-') : `${document.namespace}/${document.documentId}`;
  return `${mark} ${kind.padEnd(18)} ${store.padEnd(8)} ${name}  ${id}  ${detail}`;
}

function summary({ documents, outcomes, startedAtMs, finishedAtMs }: AuditReport): string {
  const { found, healed, removed, left } = outcomes;
  const total = found + healed + removed + left;
  const ends = Object.entries({ healed, removed, left }).filter(([, count]) => count > 0);
  const how = ends.map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  const seconds = ((finishedAtMs - startedAtMs) / 1000).toFixed(1);
  return `${documents} documents in ${seconds} s: ${total === 0 ? 'nothing found' : `${total} findings`}${how === '' ? '' : `, ${how}`}`;
}

function asJson({ documents, findings, outcomes, startedAtMs, finishedAtMs }: AuditReport, listed: readonly Found[]) {
  return {
    documents,
    counts: findings,
    outcomes,
    findings: listed.map(({ kind, store, document, namespace, id, detail, outcome }) => ({
      ...{ kind, store, outcome, namespace, documentId: document?.documentId ?? null },
      ...{ id, detail },
    })),
    startedAt: new Date(startedAtMs).toISOString(),
    finishedAt: new Date(finishedAtMs).toISOString(),
  };
}
