import { spawn } from 'node:child_process';

import { checkout } from './cache-folder.mjs';
import { SetupError } from './setup-error.mjs';

const running = new Set();

// A set-up that is interrupted stops its commands and then ends by the ordinary way, so that what it must put back is
// put back.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    process.exitCode = 130;
    if (running.size === 0) process.exit();
    for (const child of running) child.kill(signal);
  });
}

/**
 * Runs a command quietly; resolves with its exit code and everything it printed. A command that isn't there has code
 * 127.
 */
export function runCommand(command, commandArguments, { env = {}, cwd = checkout } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, commandArguments, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let output = '';
    child.stdout.on('data', (bytes) => (output += bytes));
    child.stderr.on('data', (bytes) => (output += bytes));
    child.on('error', (error) => finish(127, error.message));
    child.on('close', (code) => finish(code ?? 130, output));
    function finish(code, text) {
      running.delete(child);
      resolve({ code, output: text });
    }
  });
}

/** Runs a command that must succeed; its output is shown only when it doesn't. */
export async function mustRun(command, commandArguments, options) {
  const { code, output } = await runCommand(command, commandArguments, options);
  if (code === 0) return output;
  process.stderr.write(`${output.trimEnd()}\n`);
  throw new SetupError(`\`${[command, ...commandArguments].join(' ')}\` failed with code ${code}; its output is above`);
}
