import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { addressesOf, cacheFolderOf, freePorts, startService, stopStack } from '#stack';
import type { StackOptions } from '#stack';

import { eventually } from '../e2e/eventually.js';

const startMs = 300_000;

/** A Qdrant without collections, for vectors that fit into none of the others. */
export class OwnQdrant {
  private constructor(private readonly stack: StackOptions) {}

  static async start(): Promise<OwnQdrant> {
    const dataFolder = mkdtempSync(join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), 'penstock-qdrant-'));
    chmodSync(dataFolder, 0o755);
    const stack = { dataFolder, cacheFolder: cacheFolderOf(process.env), ports: await freePorts() };
    // A service that takes longer than its own limit to answer goes on starting.
    await eventually('qdrant to start', () => startService(stack, 'qdrant').then(() => true as const), startMs);
    return new OwnQdrant(stack);
  }

  get url(): string {
    return addressesOf(this.stack.ports).qdrant;
  }

  async stop(): Promise<void> {
    await stopStack(this.stack);
    rmSync(this.stack.dataFolder, { recursive: true, force: true });
  }
}
