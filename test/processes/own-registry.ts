import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { addressesOf, cacheFolderOf, freePorts, killService, startService, stopStack } from '#stack';
import type { ServiceName, StackOptions } from '#stack';

import { eventually } from '../e2e/eventually.js';

const startMs = 400_000;

/** A schema registry on a database of its own, which may go away, forget everything, and get it back. */
export class OwnRegistry {
  private constructor(private readonly stack: StackOptions) {}

  static async start(): Promise<OwnRegistry> {
    const dataFolder = mkdtempSync(join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), 'penstock-registry-'));
    // PostgreSQL runs as another user, who has to reach its own folder below this one.
    chmodSync(dataFolder, 0o755);
    const stack = { dataFolder, cacheFolder: cacheFolderOf(process.env), ports: await freePorts() };
    const registry = new OwnRegistry(stack);
    await registry.begin('postgres');
    await registry.comeBack();
    return registry;
  }

  get url(): string {
    return addressesOf(this.stack.ports).registry;
  }

  /** Ends it at once; what it stored stays. */
  async goAway(): Promise<void> {
    await killService(this.stack, 'registry', 'SIGKILL');
  }

  async comeBack(): Promise<void> {
    await this.begin('registry');
  }

  /** Starts it anew with nothing in it. */
  async forget(): Promise<void> {
    await this.goAway();
    await this.sql('ALTER DATABASE registry RENAME TO registry_kept', 'CREATE DATABASE registry');
    await this.comeBack();
  }

  /** Starts it anew with what it had before it forgot. */
  async remember(): Promise<void> {
    await this.goAway();
    await this.sql('DROP DATABASE registry', 'ALTER DATABASE registry_kept RENAME TO registry');
    await this.comeBack();
  }

  /** Ends it for good, and leaves nothing. */
  async stop(): Promise<void> {
    await stopStack(this.stack);
    rmSync(this.stack.dataFolder, { recursive: true, force: true });
  }

  /** A service that takes longer than its own limit to answer goes on starting. */
  private async begin(service: ServiceName): Promise<void> {
    const attempt = async (): Promise<true> => {
      await startService(this.stack, service);
      return true;
    };
    await eventually(`${service} to start`, attempt, startMs);
  }

  private async sql(...statements: readonly string[]): Promise<void> {
    const connectionString = addressesOf(this.stack.ports).postgres.replace(/[^/]*$/, 'postgres');
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      for (const statement of statements) {
        // Sessions of a registry that was killed may take a moment to notice.
        await eventually(statement, async () => {
          await client.query(statement);
          return true;
        });
      }
    } finally {
      await client.end();
    }
  }
}
