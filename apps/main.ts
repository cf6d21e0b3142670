import { setFlagsFromString } from 'node:v8';

import { loadConfig } from '#config';
import { classify } from '#failure';

import type { RoleName } from './roles.js';
import { runRoles } from './run.js';

/**
 * By how much the heap may grow over what is in use before its garbage is collected. V8 takes the more of a machine the
 * more memory that has, but a process of roles is one of many on it.
 */
const heapGrowingPercent = 50;

/**
 * The whole life of a process that runs roles: starts them, stops in good order on SIGTERM and SIGINT, and ends with
 * exit code 1 if it can't start or a role can't go on, so that a supervisor starts it anew.
 */
export async function main(names: readonly RoleName[]): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);
  try {
    const running = await runRoles(loadConfig(), names, { onFatal: fail });
    const stop = (): void => void running.stop().then(() => process.exit(0), fail);
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    process.stderr.write(`penstock: ${names.join(', ')} at ${running.address}\n`);
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): never {
  process.stderr.write(`penstock: ${classify(error).message}\n`);
  process.exit(1);
}
