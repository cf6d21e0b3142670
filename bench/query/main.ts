import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { loadConfig, type Config } from '#config';
import { migrate } from '#database';
import { createQdrantClient } from '#stores/qdrant';
import { cacheFolderOf, freePorts, startStack, stopStack, type StackAddresses } from '#stack';

import { migrations } from '../../apps/migrations.js';
import { createPlatform } from '../../apps/platform.js';
import { makeStoreWriter } from '../../apps/stores.js';
import { chunksPerDocument, namespace, questionsFor } from './corpus.js';
import { awaitIndexed, loadCorpus } from './load.js';
import { askSteadily, blocksOf, timesOf, type Times } from './measure.js';
import { askPlainly } from './plain-calls.js';

const usage = `npm run bench:query -- [--chunks 50000] [--questions 400] [--rate 20] [--seed 1] [--loaded]
Starts a native stack of its own, loads chunks straight into PostgreSQL and Qdrant, then asks at a steady rate: the
API, in a process of its own, and the stores by their own clients; at the end the same questions again. --loaded leaves out the loading, on a stack named by PENSTOCK_TEST_STACK.`;
const checkout = fileURLToPath(new URL('../../', import.meta.url));
const dimensions = 384;
const blockSize = 40;
const warmUpQuestions = 60;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function environmentOf({ kafka, registry, postgres, neo4j, qdrant, redis }: StackAddresses): Record<string, string> {
  return {
    ...{ PENSTOCK_KAFKA_BROKERS: kafka, PENSTOCK_REGISTRY_URL: registry, PENSTOCK_POSTGRES_URL: postgres },
    ...{ PENSTOCK_NEO4J_URL: neo4j, PENSTOCK_QDRANT_URL: qdrant, PENSTOCK_REDIS_URL: redis },
    ...{ PENSTOCK_HTTP_PORT: '0', PENSTOCK_EMBEDDING_PROVIDER: 'hash', PENSTOCK_LOG_LEVEL: 'warn' },
    // A store that is slow is to be measured, not left out.
    PENSTOCK_SEARCH_BUDGET: '30s',
  };
}

async function startApi(environment: Record<string, string>): Promise<{ child: ChildProcess; address: string }> {
  const main = join(checkout, 'dist/apps/penstock/main.js');
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [main, 'run', '--roles', 'api'], { env, stdio: ['ignore', 'inherit', 'pipe'] });
  for await (const line of createInterface({ input: child.stderr })) {
    const address = / at (http:\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    child.stderr.resume();
    return { child, address };
  }
  throw new Error('the API did not start');
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
    const body = JSON.stringify({ query, namespace, mode: 'hybrid', limit: 10 });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${address}/v1/search`, { method: 'POST', headers, body });
    const { hits, leftOut } = (await response.json()) as { hits: unknown[]; leftOut: unknown[] };
    if (!response.ok || hits.length === 0 || leftOut.length > 0) throw new Error(`no whole answer to: ${query}`);
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

function report({ plain, product, repeated }: Figures): void {
  const row = (name: string, { p50, p95, count }: Times): void =>
    print(`| ${name} | ${count} | ${p50.toFixed(1)} | ${p95.toFixed(1)} |`);
  print('\n| | questions | p50 ms | p95 ms |\n| --- | --- | --- | --- |');
  const [plainly, answered] = [timesOf(plain), timesOf(product)];
  row("stores' own clients", plainly);
  row('POST /v1/search, hybrid', answered);
  row('the same again, kept', timesOf(repeated));
  const overhead = (of: 'p50' | 'p95'): string => (answered[of] / plainly[of]).toFixed(2);
  print(`\noverhead: ${overhead('p50')} at p50, ${overhead('p95')} at p95`);
  print(
    `${cpus().length} × ${cpus()[0]?.model ?? ''}, load ${loadavg()[0]?.toFixed(1) ?? ''}, Node ${process.version}`,
  );
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

/** A stack of its own, unless `PENSTOCK_TEST_STACK` names one, as for the tests; returns how to stop it. */
async function ownStack(): Promise<{ addresses: StackAddresses; stop: () => Promise<void> }> {
  const given = process.env['PENSTOCK_TEST_STACK'];
  if (given !== undefined) return { addresses: JSON.parse(given) as StackAddresses, stop: () => Promise.resolve() };
  const { cacheFolder, xdgCacheHome } = loadConfig();
  const dataFolder = mkdtempSync('/var/tmp/penstock-bench-');
  // PostgreSQL runs as another user, who has to reach its own folder below this one.
  chmodSync(dataFolder, 0o755);
  const cache = cacheFolderOf({ PENSTOCK_CACHE: cacheFolder, XDG_CACHE_HOME: xdgCacheHome });
  const options = { dataFolder, cacheFolder: cache, ports: await freePorts() };
  print('starting a stack');
  const { addresses } = await startStack(options);
  const stop = async (): Promise<void> => {
    await stopStack(options);
    rmSync(dataFolder, { recursive: true, force: true });
  };
  return { addresses, stop };
}

async function main(): Promise<void> {
  const options = optionsOf();
  const { addresses, stop } = await ownStack();
  let api: Awaited<ReturnType<typeof startApi>> | undefined;
  try {
    const config = loadConfig(environmentOf(addresses));
    if (!options.loaded) await load(config, options);
    api = await startApi(environmentOf(addresses));
    print('asking');
    report(await measure(config, api.address, options));
  } finally {
    if (api !== undefined) {
      const ended = once(api.child, 'close');
      api.child.kill('SIGTERM');
      await ended;
    }
    await stop();
  }
}

async function load(config: Config, { chunks }: Options): Promise<void> {
  const platform = createPlatform(config, 'bench');
  await migrate(platform.pool, migrations);
  const writers = [makeStoreWriter(platform, 'postgres'), makeStoreWriter(platform, 'qdrant')];
  const startedMs = performance.now();
  const seconds = (): string => ((performance.now() - startedMs) / 1000).toFixed(0);
  await loadCorpus(writers, { chunks, dimensions }, (done) => {
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
