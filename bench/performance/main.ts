import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadConfig } from '#config';

import { environmentOf } from '../stack/environment.js';
import { ownStack } from '../stack/own-stack.js';
import { BenchRoles } from './bench-roles.js';
import { EventWatch } from './event-watch.js';
import { measureFlat } from './flat.js';
import { measureIdle } from './idle.js';
import { measureLatency } from './latency.js';
import { PartMaker } from './make-parts.js';
import { readOptions, usage, type BenchOptions, type PartName } from './options.js';
import { measurePromise } from './promise.js';
import { chunkTokens, writeRecordType } from './records.js';
import { readReport, reported } from './report.js';
import { measureScaleOut } from './scale-out/measure.js';
import type { Setting } from './setting.js';
import { tableOf } from './tables.js';
import { measureThroughput } from './throughput.js';
import { StoreClients } from './write-live/store-clients.js';

const onStack: Readonly<Record<Exclude<PartName, 'scale-out'>, (setting: Setting) => Promise<unknown>>> = {
  throughput: measureThroughput,
  latency: measureLatency,
  promise: measurePromise,
  flat: measureFlat,
  idle: measureIdle,
};

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function measureOnStack(options: BenchOptions, parts: readonly (keyof typeof onStack)[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-bench-'));
  const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const stack = await ownStack();
    closing.push(() => stack.stop());
    say('the services run');
    const environment = environmentFor(stack.addresses, folder, options);
    const config = loadConfig(environment);
    const roles = await BenchRoles.start(stack, { environment, together: options.together, profile: options.profile });
    closing.push(() => roles.stop());
    say('the roles work');
    const clients = new StoreClients(config);
    closing.push(() => clients.close());
    const watch = new EventWatch();
    await watch.start(config.kafkaBrokers);
    closing.push(() => watch.stop());
    const maker = new PartMaker(config, options.dimensions);
    closing.push(() => maker.close());
    const run = Date.now().toString(36);
    const namespaceOf = (name: string): string => `${name}-${run}`;
    const setting = { options, config, environment, stack, roles, watch, clients, maker, namespaceOf, say };
    for (const part of parts) print(tableOf(await reported(part, options, () => onStack[part](setting))));
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

function environmentFor(
  addresses: Parameters<typeof environmentOf>[0],
  folder: string,
  { dimensions }: BenchOptions,
): Record<string, string> {
  const types = join(folder, 'types');
  writeRecordType(types);
  return {
    ...environmentOf(addresses),
    ...{ PENSTOCK_STAGING_FOLDER: join(folder, 'staging'), PENSTOCK_RECORD_TYPES: types },
    ...{ PENSTOCK_EMBEDDING_DIMENSIONS: String(dimensions), PENSTOCK_CHUNK_TOKENS: String(chunkTokens) },
    PENSTOCK_AUDIT_INTERVAL: 'off',
  };
}

async function main(): Promise<void> {
  const asked = readOptions();
  if (asked === 'help') return print(usage);
  if ('summarize' in asked) return print(readReport(asked.summarize).map(tableOf).join('\n'));
  const parts = asked.only.filter((part) => part !== 'scale-out');
  if (parts.length > 0) await measureOnStack(asked, parts);
  if (!asked.only.includes('scale-out')) return;
  print(tableOf(await reported('scale-out', asked, () => measureScaleOut(asked, say))));
}

await main();
process.exit();
