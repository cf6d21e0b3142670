import type { StackAddresses } from '#stack';

import type { Operation } from './clients.js';
import { readTopic, type LogRecord } from './saga-log.js';
import type { Artefact, Graph, LedgerLine, StoreContents } from './store-contents.js';

/** Everything there is to see once nothing is under way. */
export interface Seen {
  readonly history: readonly Operation[];
  readonly ledger: readonly LedgerLine[];
  readonly stores: Readonly<Record<'neo4j' | 'postgres' | 'qdrant' | 'redis', readonly Artefact[]>>;
  readonly graph: Graph;
  readonly sagaLog: readonly LogRecord[];
  readonly outcomes: readonly LogRecord[];
}

export async function look(
  contents: StoreContents,
  addresses: StackAddresses,
  namespaces: readonly string[],
  history: readonly Operation[],
): Promise<Seen> {
  const own = ({ payload }: LogRecord): boolean => namespaces.includes(String(payload['namespace']));
  const [neo4j, postgres, qdrant, redis] = await Promise.all([
    contents.neo4j(namespaces),
    contents.postgres(namespaces),
    contents.qdrantPoints(namespaces),
    contents.redisKeys(namespaces),
  ]);
  return {
    history,
    ledger: await contents.ledger(namespaces),
    stores: { neo4j, postgres, qdrant, redis },
    graph: await contents.graph(namespaces),
    sagaLog: (await readTopic(addresses, 'penstock.documents.saga')).filter(own),
    outcomes: (await readTopic(addresses, 'penstock.documents.outcomes')).filter(own),
  };
}
