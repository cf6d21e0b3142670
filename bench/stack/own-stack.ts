import { chmodSync, mkdtempSync, rmSync } from 'node:fs';

import { loadConfig } from '#config';
import { cacheFolderOf, freePorts, startStack, stopStack, type ServiceName, type StackAddresses } from '#stack';

import { recordedProcess } from '../../stack/native/pid-file.js';

/** The services that are measured, and how to be rid of them. */
export interface BenchStack {
  readonly addresses: StackAddresses;
  /** The process of a service; undefined if it is not known, as of a stack that somebody else started. */
  pidOf(service: ServiceName): number | undefined;
  stop(): Promise<void>;
}

/** A native stack of its own, or the one that `PENSTOCK_TEST_STACK` names, which is left as it is. */
export async function ownStack(): Promise<BenchStack> {
  const given = process.env['PENSTOCK_TEST_STACK'];
  if (given !== undefined) {
    const addresses = JSON.parse(given) as StackAddresses;
    return { addresses, pidOf: () => undefined, stop: () => Promise.resolve() };
  }
  return freshStack();
}

/** A native stack that nobody else has used; its data goes when it stops. */
export async function freshStack(): Promise<BenchStack> {
  const { cacheFolder, xdgCacheHome } = loadConfig();
  const dataFolder = mkdtempSync('/var/tmp/penstock-bench-');
  // PostgreSQL runs as another user, who has to reach its own folder below this one.
  chmodSync(dataFolder, 0o755);
  const cache = cacheFolderOf({ PENSTOCK_CACHE: cacheFolder, XDG_CACHE_HOME: xdgCacheHome });
  const options = { dataFolder, cacheFolder: cache, ports: await freePorts() };
  const stop = async (): Promise<void> => {
    await stopStack(options);
    rmSync(dataFolder, { recursive: true, force: true });
  };
  try {
    const { addresses } = await startStack(options);
    return { addresses, pidOf: (service) => recordedProcess(dataFolder, service)?.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
