import { isRetryableError, type Driver, type Record as Row } from 'neo4j-driver';

import { oneSourceRelations, oneTargetRelations } from '#events';
import {
  FactIndex,
  type FactScope,
  type FactTime,
  type FactTimes,
  type GraphStats,
  type KnownFact,
  type Scope,
} from '#stores/reading';

import { factsAround, graphStats, timesOfFacts } from './read-cypher.js';
import { neo4jFailure } from './neo4j-failure.js';

const queryTimeoutMs = 5_000;
/** Each is looked for in every fact around the entities. */
const wordsMax = 32;
/** The relations of which a later fact ends an earlier one. */
const exclusive = { oneTarget: [...oneTargetRelations], oneSource: [...oneSourceRelations] };

/** Facts in Neo4j around entities. Reads what the contract's labels and types hold, which is live data only. */
export class Neo4jFactIndex extends FactIndex {
  constructor(private readonly driver: Driver) {
    super();
  }

  async around(
    entityUuids: readonly string[],
    time: FactTime,
    { namespace, limit, offset = 0, words, signal }: FactScope,
  ): Promise<KnownFact[]> {
    const ever = time === 'ever';
    const when = { ever, asOf: ever ? null : (time.asOf ?? null), ...exclusive };
    const page = { limit: BigInt(limit), offset: BigInt(offset) };
    const asked = { uuids: [...entityUuids], words: words?.slice(0, wordsMax) ?? null, namespace };
    const rows = await this.read(factsAround, { ...asked, ...page, ...when }, signal);
    return rows.map((row) => row.toObject() as KnownFact);
  }

  async times(
    factUuids: readonly string[],
    { namespace, signal }: Pick<Scope, 'namespace' | 'signal'>,
  ): Promise<ReadonlyMap<string, FactTimes>> {
    const rows = await this.read(timesOfFacts, { uuids: [...factUuids], namespace }, signal);
    return new Map(
      rows.map((row) => {
        const { uuid, validAt, invalidAt } = row.toObject() as Pick<KnownFact, 'uuid' | 'validAt' | 'invalidAt'>;
        return [uuid, { validAt, invalidAt }];
      }),
    );
  }

  async stats(namespace: string): Promise<GraphStats> {
    const [row] = await this.read(graphStats, { namespace }, new AbortController().signal);
    const found = row?.get('types') as readonly { readonly type: string; readonly entities: number }[] | undefined;
    const types = Object.fromEntries((found ?? []).map(({ type, entities }) => [type, entities]));
    const entities = Object.values(types).reduce((sum, count) => sum + count, 0);
    return { documents: row?.get('documents') as number, facts: row?.get('facts') as number, entities, types };
  }

  private async read(cypher: string, parameters: Record<string, unknown>, signal: AbortSignal): Promise<Row[]> {
    const session = this.driver.session({ database: 'neo4j', defaultAccessMode: 'READ' });
    const close = (): void => void session.close().catch(() => undefined);
    signal.addEventListener('abort', close, { once: true });
    try {
      // One round trip; a transaction that is begun and committed would take two more.
      const run = async (): Promise<Row[]> =>
        (await session.run(cypher, parameters, { timeout: queryTimeoutMs })).records;
      return await run().catch((error: unknown) => {
        if (signal.aborted || !isRetryableError(error)) throw error;
        return run();
      });
    } catch (error) {
      throw neo4jFailure(error);
    } finally {
      signal.removeEventListener('abort', close);
      close();
    }
  }
}
