import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import { loadConfig, type Config } from '#config';
import { migrate } from '#database';
import { createQdrantClient } from '#stores/qdrant';

import { migrations } from '../../apps/migrations.js';
import { createPlatform } from '../../apps/platform.js';
import { makeStoreWriter } from '../../apps/stores.js';
import { blocksOf } from '../lists/blocks.js';
import { environmentOf } from '../stack/environment.js';
import { ownStack } from '../stack/own-stack.js';
import { RoleProcess } from '../stack/role-process.js';
import { timesOf, type Times } from '../times/times.js';
import { askApi, timeModes } from './ask-api.js';
import { chunksPerDocument, mixedQuestions, questionKinds, questionsFor } from './corpus.js';
import { awaitIndexed, loadCorpus } from './load.js';
import { askSteadily } from './measure.js';
import { askPlainly } from './plain-calls.js';

const usage = `npm run bench:query -- [--chunks 50000] [--questions 400] [--rate 20] [--seed 1] [--loaded]
Starts a native stack of its own, loads chunks straight into PostgreSQL and Qdrant, then asks at a steady rate: the
API, in a process of its own, and the stores by their own clients; then the same questions again, and questions of all
kinds in every mode. --loaded leaves out the loading, on a stack named by PENSTOCK_TEST_STACK.`;
const dimensions = 384;
const blockSize = 40;
const warmUpQuestions = 60;
/** So many documents are in the graph as well; it is slow to fill, and questions about names are about these. */
const graphDocuments = 10;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

interface Figures {
  readonly plain: number[];
  readonly product: number[];
  readonly repeated: number[];
}

async function measure(config: Config, address: string, options: Options): Promise<Figures> {
  const platform = createPlatform(config, 'bench');
  const clients = { qdrant: createQdrantClient({ url: config.qdrantUrl }), pool: platform.pool, dimensions };
  const plainly = (question: string): Promise<number> => askPlainly(clients, question);
  const search = async (query: string): Promise<void> => {
    if ((await askApi(address, query, 'hybrid')) === 0) throw new Error(`no hits for: ${query}`);
  };
  const documents = Math.ceil(options.chunks / chunksPerDocument);
  const warm = questionsFor(warmUpQuestions, documents, options.seed + 1);
  for (const ask of [plainly, search]) await askSteadily(warm, options.rate, ask);
  const figures: Figures = { plain: [], product: [], repeated: [] };
  const questions = questionsFor(options.questions, documents, options.seed);
  // Whoever asks second finds warm pages in the stores, so they take turns.
  for (const [index, block] of blocksOf(questions, blockSize).entries()) {
    const turns: [number[], typeof plainly | typeof search][] = [
      [figures.plain, plainly],
      [figures.product, search],
    ];
    for (const [times, ask] of index % 2 === 0 ? turns : turns.reverse()) {
      times.push(...(await askSteadily(block, options.rate, ask)));
    }
  }
  figures.repeated.push(...(await askSteadily(questions, options.rate, search)));
  await platform.pool.end();
  return figures;
}

function row(name: string, { p50, p95, count }: Times): void {
  print(`| ${name} | ${count} | ${p50.toFixed(1)} | ${p95.toFixed(1)} |`);
}

function report({ plain, product, repeated }: Figures): void {
  print('\n| | questions | p50 ms | p95 ms |\n| --- | --- | --- | --- |');
  const [plainly, answered] = [timesOf(plain), timesOf(product)];
  row("stores' own clients", plainly);
  row('POST /v1/search, hybrid', answered);
  row('the same again, kept', timesOf(repeated));
  const overhead = ratios(answered, plainly);
  print(`\noverhead: ${overhead.p50} at p50, ${overhead.p95} at p95`);
  print(
    `${cpus().length} × ${cpus()[0]?.model ?? ''}, load ${loadavg()[0]?.toFixed(1) ?? ''}, Node ${process.version}`,
  );
}

/** What letting the router choose costs, against the mode that answers best when nobody chooses. */
async function reportModes(address: string, { chunks, questions, rate, seed }: Options): Promise<void> {
  const documents = Math.min(graphDocuments, Math.ceil(chunks / chunksPerDocument));
  const asked = mixedQuestions(Math.ceil(questions / 2), documents, seed + 2);
  const turns = { rate, blockSize: blockSize / 2 };
  await timeModes(address, mixedQuestions(warmUpQuestions / 2, documents, seed + 3), turns);
  const times = await timeModes(address, asked, turns);
  print('\n| mode, questions of all kinds | questions | p50 ms | p95 ms |\n| --- | --- | --- | --- |');
  for (const [mode, took] of times) row(mode, timesOf(took));
  const [auto = [], hybrid = []] = [times.get('auto'), times.get('hybrid')];
  const against = ratios(timesOf(auto), timesOf(hybrid));
  print(`\nauto against hybrid: ${against.p50} at p50, ${against.p95} at p95`);
  print('\n| kind of question | questions | auto p50 ms | against hybrid | auto p95 ms | against hybrid |');
  print('| --- | --- | --- | --- | --- | --- |');
  for (const [at, kind] of questionKinds.entries()) {
    const ofKind = (all: readonly number[]): Times =>
      timesOf(all.filter((_, index) => index % questionKinds.length === at));
    const [chosen, single] = [ofKind(auto), ofKind(hybrid)];
    const { p50, p95 } = ratios(chosen, single);
    print(`| ${kind} | ${chosen.count} | ${chosen.p50.toFixed(1)} | ${p50} | ${chosen.p95.toFixed(1)} | ${p95} |`);
  }
}

function ratios(times: Times, against: Times): { readonly p50: string; readonly p95: string } {
  const of = (which: 'p50' | 'p95'): string => (times[which] / against[which]).toFixed(2);
  return { p50: of('p50'), p95: of('p95') };
}

interface Options {
  readonly chunks: number;
  readonly questions: number;
  readonly rate: number;
  readonly seed: number;
  /** Whether the stack holds the corpus from an earlier run. */
  readonly loaded: boolean;
}

function optionsOf(): Options {
  const number = (fallback: string) => ({ type: 'string' as const, default: fallback });
  const known = { chunks: number('50000'), questions: number('400'), rate: number('20'), seed: number('1') };
  const { values } = parseArgs({ options: { ...known, help: { type: 'boolean' }, loaded: { type: 'boolean' } } });
  if (values.help === true) {
    print(usage);
    process.exit(0);
  }
  const [chunks, questions, rate, seed] = [values.chunks, values.questions, values.rate, values.seed].map(Number);
  if (![chunks, questions, rate].every((value) => Number(value) > 0)) throw new Error(usage);
  return {
    chunks: chunks ?? 0,
    questions: questions ?? 0,
    rate: rate ?? 0,
    seed: seed ?? 0,
    loaded: values.loaded === true,
  };
}

async function main(): Promise<void> {
  const options = optionsOf();
  const { addresses, stop } = await ownStack();
  let api: RoleProcess | undefined;
  try {
    const config = loadConfig(environmentOf(addresses));
    if (!options.loaded) await load(config, options);
    api = await RoleProcess.start(['api'], { environment: environmentOf(addresses) });
    print('asking');
    report(await measure(config, api.address, options));
    await reportModes(api.address, options);
  } finally {
    await api?.stop();
    await stop();
  }
}

async function load(config: Config, { chunks }: Options): Promise<void> {
  const platform = createPlatform(config, 'bench');
  await migrate(platform.pool, migrations);
  const writers = (['postgres', 'qdrant', 'neo4j'] as const).map((store) => makeStoreWriter(platform, store));
  const startedMs = performance.now();
  const seconds = (): string => ((performance.now() - startedMs) / 1000).toFixed(0);
  const inGraph = Math.min(chunks, graphDocuments * chunksPerDocument);
  await loadCorpus(writers.slice(2), { chunks: inGraph, dimensions }, () => undefined);
  print(`  ${inGraph} chunks in the graph in ${seconds()} s`);
  await loadCorpus(writers.slice(0, 2), { chunks, dimensions }, (done) => {
    if (done % 10_000 === 0) print(`  ${done} chunks in ${seconds()} s`);
  });
  await platform.pool.query('ANALYZE');
  const indexed = await awaitIndexed(createQdrantClient({ url: config.qdrantUrl }));
  print(`loaded in ${seconds()} s; ${indexed} vectors are indexed`);
  await Promise.all(writers.map((writer) => writer.close()));
  await platform.pool.end();
}

await main();
process.exit(0);
