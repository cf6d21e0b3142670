// Starts one native stack on free ports for all e2e tests and tells them its addresses.
import { chmodSync, mkdtempSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

export default async function start() {
  if (process.env.PENSTOCK_TEST_STACK !== undefined) return;
  const { freePorts, startStack, stopStack } = await import('../../dist/stack/native/index.js');
  const root = userInfo().uid === 0;
  const cacheFolder =
    process.env.PENSTOCK_CACHE ?? (root ? '/var/cache/penstock' : join(homedir(), '.cache', 'penstock'));
  const dataFolder = mkdtempSync(join(root ? '/var/tmp' : tmpdir(), 'penstock-test-'));
  // PostgreSQL runs as another user, who has to reach its own folder below this one.
  chmodSync(dataFolder, 0o755);
  const options = { dataFolder, cacheFolder, ports: await freePorts() };
  const stack = await startStack(options).catch(async (error) => {
    // Nobody calls the teardown of a set-up that failed.
    await stopStack(options);
    throw error;
  });
  globalThis.penstockTestStack = options;
  process.env.PENSTOCK_TEST_STACK = JSON.stringify(stack.addresses);
}
