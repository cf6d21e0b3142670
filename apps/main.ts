import { loadConfig } from '#config';
import { classify } from '#failure';

import type { RoleName } from './roles.js';
import { runRoles } from './run.js';

/**
 * The whole life of a process that runs roles: starts them, stops in good order on SIGTERM and SIGINT, and ends with
 * exit code 1 if it can't start or a role can't go on, so that a supervisor starts it anew.
 */
export async function main(names: readonly RoleName[]): Promise<void> {
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
