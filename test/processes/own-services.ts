import { rmSync } from 'node:fs';

import { addressesOf, cacheFolderOf, freePorts, killService, newDataFolder, startService, stopStack } from '#stack';
import type { ServiceName, StackAddresses, StackOptions } from '#stack';

import { eventually } from '../e2e/eventually.js';

const startMs = 400_000;

/** Services of a test's own, of which it starts those that it needs. */
export class OwnServices {
  private constructor(private readonly stack: StackOptions) {}

  /** @param name part of the name of the folder for their data. */
  static async prepare(name: string): Promise<OwnServices> {
    const dataFolder = newDataFolder(name);
    return new OwnServices({ dataFolder, cacheFolder: cacheFolderOf(process.env), ports: await freePorts() });
  }

  get addresses(): StackAddresses {
    return addressesOf(this.stack.ports);
  }

  /** A service that takes longer than its own limit to answer goes on starting. */
  async begin(service: ServiceName): Promise<void> {
    await eventually(`${service} to start`, () => startService(this.stack, service).then(() => true), startMs);
  }

  /** Ends one at once; what it stored stays. */
  async kill(service: ServiceName): Promise<void> {
    await killService(this.stack, service, 'SIGKILL');
  }

  /** Ends them all for good, and leaves nothing. */
  async stop(): Promise<void> {
    await stopStack(this.stack);
    rmSync(this.stack.dataFolder, { recursive: true, force: true });
  }
}
