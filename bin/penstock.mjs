#!/usr/bin/env node
/** Starts the built command with the Node that the checkout brings along, whatever Node the system has. */
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const node = join(checkout, 'node_modules/.bin/node');
const main = join(checkout, 'dist/apps/penstock/main.js');

if (existsSync(node) && existsSync(main)) {
  start();
} else {
  process.stderr.write('Penstock is not built yet: run `npm run setup` first.\n');
  process.exitCode = 1;
}

function start() {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
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
