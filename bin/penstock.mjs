#!/usr/bin/env node
/**
 * Starts the built command with the Node that Penstock brings along as a package, whatever Node the system has; with
 * the system's own if that package could not be installed and the system's is new enough.
 */
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const oldestMajor = 24;
const folder = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const node = ownNode();
const main = join(folder, 'dist/apps/penstock/main.js');

if (!existsSync(main) || (node === undefined && existsSync(join(folder, 'stack/setup')))) {
  refuse('Penstock is not built yet: run `npm run setup` first.');
} else if (node === undefined) {
  refuse(
    `Penstock needs Node ${oldestMajor} or newer, this is ${process.version}; \`npm install node@24\` puts one beside it.`,
  );
} else {
  await start();
}

function ownNode() {
  const installed = packageFolder('node');
  if (installed !== undefined && existsSync(join(installed, 'bin/node'))) return join(installed, 'bin/node');
  return Number(process.versions.node.split('.')[0]) >= oldestMajor ? process.execPath : undefined;
}

/** Packages lie in the checkout's own `node_modules`, or beside this one where it was installed. */
function packageFolder(name) {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function refuse(why) {
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
}

function built(file) {
  return import(pathToFileURL(join(folder, 'dist', file)));
}

async function start() {
  // A third of the time to start goes into compiling what was compiled before. In a folder of one's own, where nobody
  // else may put code.
  const { cacheFolderOf } = await built('stack/native/cache-folder.js');
  const { v8Flags } = await built('apps/penstock/v8-flags.js');
  const env = { NODE_COMPILE_CACHE: join(cacheFolderOf(process.env), 'compiled'), ...process.env };
  const child = spawn(node, [...v8Flags, main, ...process.argv.slice(2)], { stdio: 'inherit', env });
  // A terminal sends Ctrl-C to the child as well; passing it on once more would read as impatience and cut its shutdown
  // short.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`penstock could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 0);
  });
}
