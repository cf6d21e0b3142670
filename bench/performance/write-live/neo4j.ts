import type { Driver } from 'neo4j-driver';

import { deterministicId, type DocumentEmbedded } from '#events';

import { labelOfType, pendingPartRow } from '../../../libs/stores/neo4j/mapping.js';

const writeEntities = `
  UNWIND $entities AS entity
  MERGE (n:Entity {uuid: entity.uuid})
  ON CREATE SET n.name = entity.name, n.group_id = entity.namespace, n.labels = ['Entity', entity.type], n.summary = '',
    n.aliases = [], n.created_at = datetime(), n:$(entity.label)`;
const writeEpisodes = `
  UNWIND $episodes AS row
  CREATE (:Episodic {uuid: row.ingestionId, group_id: row.namespace, name: row.name, content: row.content,
    source: row.source, source_description: row.sourceDescription, document_id: row.documentId,
    entity_edges: row.factUuids, created_at: datetime({epochMillis: toInteger(row.createdAt)}),
    valid_at: datetime({epochMillis: toInteger(row.validAt)})})`;
const writeMentions = `
  UNWIND $mentions AS mention
  MATCH (e:Episodic {uuid: mention.ingestionId})
  MATCH (n:Entity {uuid: mention.entityUuid})
  CREATE (e)-[:MENTIONS {uuid: mention.uuid, group_id: e.group_id, created_at: e.created_at}]->(n)`;
const writeFacts = `
  UNWIND $facts AS fact
  MATCH (source:Entity {uuid: fact.sourceUuid})
  MATCH (target:Entity {uuid: fact.targetUuid})
  MERGE (source)-[r:RELATES_TO {uuid: fact.uuid}]->(target)
  ON CREATE SET r.name = fact.relation, r.fact = fact.fact, r.group_id = fact.namespace, r.episodes = [],
    r.created_at = datetime()
  SET r.episodes = r.episodes + fact.ingestionId`;

/** Episodes, entities, mentions and facts by one statement each, in one transaction. */
export async function writeNeo4j(driver: Driver, parts: readonly DocumentEmbedded[]): Promise<void> {
  const all = parts.flatMap(({ entities, namespace }) =>
    entities.map(({ uuid, name, type }) => ({ uuid, name, type, namespace, label: labelOfType.get(type) ?? 'Entity' })),
  );
  const entities = [...new Map(all.map((entity) => [entity.uuid, entity])).values()];
  const mentions = parts.flatMap(({ ingestionId, entities: named }) =>
    named.map(({ uuid }) => ({ ingestionId, entityUuid: uuid, uuid: deterministicId('mentions', ingestionId, uuid) })),
  );
  const facts = parts.flatMap(({ ingestionId, namespace, facts: stated }) =>
    stated.map(({ uuid, sourceUuid, targetUuid, relation, fact }) => ({
      ...{ uuid, sourceUuid, targetUuid, relation, fact, ingestionId, namespace },
    })),
  );
  const session = driver.session({ database: 'neo4j' });
  try {
    const transaction = session.beginTransaction();
    await Promise.all([
      transaction.run(writeEntities, { entities: entities.sort((a, b) => (a.uuid < b.uuid ? -1 : 1)) }),
      transaction.run(writeEpisodes, { episodes: parts.map(pendingPartRow) }),
      transaction.run(writeMentions, { mentions }),
      transaction.run(writeFacts, { facts }),
    ]);
    await transaction.commit();
  } finally {
    await session.close();
  }
}
