import type { Driver } from 'neo4j-driver';

import { testStack } from '../../../test/services/addresses.js';
import { storeWriterContract, type LiveView, type StoreHarness } from '../store-writer.contract.js';
import { createNeo4jDriver, Neo4jStoreWriter } from './index.js';

const newDriver = (): Driver => createNeo4jDriver({ url: testStack().neo4j, user: 'neo4j', password: 'penstock' });

async function rows(driver: Driver, cypher: string, parameters: object = {}): Promise<Record<string, unknown>[]> {
  const { records } = await driver.executeQuery(cypher, parameters, { database: 'neo4j' });
  return records.map((record) => record.toObject() as Record<string, unknown>);
}

async function live(driver: Driver, namespace: string): Promise<LiveView> {
  const documents = await rows(
    driver,
    'MATCH (e:Episodic {group_id: $namespace}) RETURN e.document_id AS documentId, e.uuid AS ingestionId',
    { namespace },
  );
  const entities = await rows(driver, 'MATCH (n:Entity {group_id: $namespace}) RETURN n.name AS name', { namespace });
  const facts = await rows(
    driver,
    `MATCH (:Entity)-[r:RELATES_TO {group_id: $namespace}]->(:Entity)
     RETURN r.fact AS fact, r.invalid_at.epochMillis AS endedAt`,
    { namespace },
  );
  return {
    documents: documents as unknown as LiveView['documents'],
    entities: entities.map(({ name }) => name as string),
    facts: facts.map(({ fact }) => fact as string),
    ended: facts.flatMap(({ fact, endedAt }) => (endedAt === null ? [] : [[fact as string, Number(endedAt)] as const])),
  };
}

/** Nodes and relationships of the contract's namespaces, and those without any: what was left behind half made. */
async function everything(driver: Driver): Promise<unknown> {
  const nodes = await rows(
    driver,
    `MATCH (n) WHERE NOT n:PenstockDocument AND NOT n:PenstockIngestion
       AND coalesce(n.group_id, n.namespace, 'contract-') STARTS WITH 'contract-'
     RETURN labels(n) AS labels, toString(coalesce(n.uuid, n.key)) AS key, properties(n) AS properties ORDER BY key`,
  );
  const edges = await rows(
    driver,
    `MATCH (a)-[r]->(b) WHERE coalesce(r.group_id, 'contract-') STARTS WITH 'contract-'
     RETURN type(r) AS type, a.uuid AS from, b.uuid AS to, properties(r) AS properties ORDER BY r.uuid, type`,
  );
  return JSON.parse(JSON.stringify({ nodes, edges })) as unknown;
}

async function makeHarness(): Promise<StoreHarness> {
  const driver = newDriver();
  return Promise.resolve({
    writer: new Neo4jStoreWriter(newDriver()),
    live: (namespace) => live(driver, namespace),
    everything: () => everything(driver),
    close: () => driver.close(),
  });
}

storeWriterContract('neo4j', makeHarness, { endsFacts: true });
