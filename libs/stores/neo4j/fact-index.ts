import type { Driver } from 'neo4j-driver';

import { FactIndex, type KnownFact, type Scope } from '#stores/reading';

import { factsAround } from './cypher.js';
import { neo4jFailure } from './neo4j-failure.js';

const queryTimeoutMs = 5_000;

/** Facts in Neo4j around entities. Reads the labels and types of the contract, which hold live data only. */
export class Neo4jFactIndex extends FactIndex {
  constructor(private readonly driver: Driver) {
    super();
  }

  async around(
    entityUuids: readonly string[],
    scope: Pick<Scope, 'namespace' | 'limit' | 'signal'> & { readonly asOf?: number },
  ): Promise<KnownFact[]> {
    const { namespace, limit, asOf, signal } = scope;
    const parameters = { uuids: [...entityUuids], namespace, limit: BigInt(limit), asOf: asOf ?? null };
    const session = this.driver.session({ database: 'neo4j', defaultAccessMode: 'READ' });
    const close = (): void => void session.close().catch(() => undefined);
    signal.addEventListener('abort', close, { once: true });
    try {
      const read = session.executeRead((transaction) => transaction.run(factsAround, parameters), {
        timeout: queryTimeoutMs,
      });
      const { records } = await read;
      return records.map((record) => record.toObject() as KnownFact);
    } catch (error) {
      throw neo4jFailure(error);
    } finally {
      signal.removeEventListener('abort', close);
      close();
    }
  }
}
