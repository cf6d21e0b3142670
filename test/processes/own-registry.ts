import pg from 'pg';

import { eventually } from '../e2e/eventually.js';
import { OwnServices } from './own-services.js';

/** A schema registry on a database of its own, which may go away, forget everything, and get it back. */
export class OwnRegistry {
  private constructor(private readonly services: OwnServices) {}

  static async start(): Promise<OwnRegistry> {
    const registry = new OwnRegistry(await OwnServices.prepare('registry'));
    await registry.services.begin('postgres');
    await registry.comeBack();
    return registry;
  }

  get url(): string {
    return this.services.addresses.registry;
  }

  /** Ends it at once; what it stored stays. */
  async goAway(): Promise<void> {
    await this.services.kill('registry');
  }

  async comeBack(): Promise<void> {
    await this.services.begin('registry');
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
    await this.services.stop();
  }

  private async sql(...statements: readonly string[]): Promise<void> {
    const connectionString = this.services.addresses.postgres.replace(/[^/]*$/, 'postgres');
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
