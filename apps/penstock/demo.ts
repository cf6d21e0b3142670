import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import type { Command } from 'commander';

import { loadConfig, type Config } from '#config';
import { startStack, stopStack } from '#stack';

import { roleNames } from '../roles.js';

import { ApiClient } from './api-client.js';
import { awaitOutcome } from './await-outcome.js';
import { askByCommand, askByTools, demoQuestions, type DemoAnswer, type DemoDoor } from './demo-questions.js';
import type { IngestionReport } from './ingestion-report.js';
import type { Terminal } from './terminal.js';
import { describeIngestion } from './describe-outcome.js';
import { expandArguments } from './expand-arguments.js';
import { servicesToStart, stackOptions } from './stack-options.js';
import { submitAndWait } from './submit-and-wait.js';
import { openTraces, type Traces } from './traces.js';

const namespace = 'demo';
/** Documents named like this are refused by one writer, so that the saga has something to undo. */
const refusedName = 'refused-by-qdrant';
const refusingStore = 'qdrant';
const timeoutMs = 120_000;
/** Stores that have only just started may be slow on a small machine; nobody here would rather have half an answer. */
const searchBudgetMs = 30_000;
const samples = fileURLToPath(new URL('../../../samples', import.meta.url));

/** `penstock demo`: shows documents become live, and one being undone; exit 1 if anything differs from that. */
export function addDemo(program: Command, terminal: Terminal): void {
  program
    .command('demo')
    .description('ingest the samples, show what became of them, then show the saga undo a refused document')
    .action(() => demo(terminal));
}

async function demo(terminal: Terminal): Promise<void> {
  const failWriter = `${refusingStore}:${refusedName}`;
  const config: Config = { ...loadConfig(), failWriter, uploadRoots: [samples], searchBudgetMs };
  const options = stackOptions(config, terminal);
  const startedHere = await servicesToStart(options);
  terminal.out('── services');
  await startStack(options);
  let stopRoles: (() => Promise<void>) | undefined;
  const traces = await openTraces(config);
  try {
    terminal.out('── roles');
    const { runRoles } = await import('../run.js');
    const running = await runRoles(config, roleNames, { onFatal: (error) => fail(terminal, error.message) });
    stopRoles = () => running.stop();
    terminal.out(`  ${roleNames.join(', ')} at ${running.address}`);
    const api = new ApiClient(running.address, config.apiKey);
    await showSamples(api, traces, terminal);
    await showUndo(api, traces, terminal);
    await showAnswers({ api: running.address, namespace, key: config.apiKey }, terminal);
  } finally {
    await stopRoles?.();
    await traces.close();
    await stopStack(options, startedHere);
  }
  terminal.out(
    terminal.exitCode === 0 ? '\nEverything went as it should.' : '\nSomething differed from what it should be.',
  );
}

function fail(terminal: Terminal, what: string): void {
  terminal.out(`  ✗ ${what}`);
  terminal.exitCode = 1;
}

async function showSamples(api: ApiClient, traces: Traces, terminal: Terminal): Promise<void> {
  terminal.out('\n── samples');
  const items = (await expandArguments([samples])).items.map((item) => ({
    ...item,
    documentId: item.documentId.slice(item.documentId.lastIndexOf('samples/')),
  }));
  // Also what is live with this content from the last time goes the whole way again.
  const options = { namespace, force: true, timeoutMs, onSettled: () => undefined };
  const outcomes = await submitAndWait(api, items, options);
  for (const { item, report, refusal } of outcomes) {
    if (report === undefined) {
      fail(terminal, `${item.documentId}: ${refusal?.message ?? 'no outcome'}`);
      continue;
    }
    terminal.out(describeIngestion(report));
    if (report.status !== 'live') fail(terminal, `${item.documentId} should be live`);
    else await showReadable(report, traces, terminal);
  }
}

/** Reads the document as users do, each store with its own client. */
async function showReadable(report: IngestionReport, traces: Traces, terminal: Terminal): Promise<void> {
  const live = await traces.live(report);
  const said = Object.entries(live).map(([store, count]) => `${store} ${count}`);
  terminal.out(`    readable ${said.join(', ')}`);
  for (const [store, count] of Object.entries(live)) {
    if (count === 0) fail(terminal, `${report.documentId} can't be read in ${store}`);
  }
}

async function showUndo(api: ApiClient, traces: Traces, terminal: Terminal): Promise<void> {
  const documentId = `${refusedName}.txt`;
  terminal.out(`\n── a document that ${refusingStore} refuses`);
  const content = await readFile(`${samples}/acme-q4-2024.txt`, 'utf8');
  const { ingestionId } = await api.submit({ namespace, documentId, source: 'inline', content });
  const report = await awaitOutcome(api, ingestionId, timeoutMs);
  terminal.out(describeIngestion(report));
  if (report.status !== 'rolled_back') fail(terminal, `${documentId} should be rolled back, but is ${report.status}`);
  const left = await traces.everything(report);
  terminal.out(
    `    left     ${Object.entries(left)
      .map(([store, count]) => `${store} ${count}`)
      .join(', ')}`,
  );
  for (const [store, count] of Object.entries(left)) {
    if (count > 0) fail(terminal, `${documentId} left ${count} traces in ${store}`);
  }
}

/** Asks three questions about the samples, on the command line and by the tools for agents. */
async function showAnswers(door: DemoDoor, terminal: Terminal): Promise<void> {
  const show = ({ question, document, shown, cited }: DemoAnswer): void => {
    terminal.out(`  ${question}`);
    terminal.out(shown.replaceAll(/^/gm, '    '));
    if (cited !== document) fail(terminal, `${document} should be cited, not ${cited ?? 'nothing'}`);
  };
  terminal.out('\n── three questions, by penstock search');
  for (const question of demoQuestions) show(await askByCommand(question, door));
  terminal.out('\n── the same, by an MCP client');
  for (const answer of await askByTools(demoQuestions, door)) show(answer);
}
