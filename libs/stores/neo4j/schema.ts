import type { Driver } from 'neo4j-driver';

import { neo4jFailure } from './neo4j-failure.js';

/** Every merge key is unique, so that two transactions that create the same thing meet on its index entry. */
const statements = [
  'CREATE CONSTRAINT penstock_entity_uuid IF NOT EXISTS FOR (n:Entity) REQUIRE n.uuid IS UNIQUE',
  'CREATE CONSTRAINT penstock_episodic_uuid IF NOT EXISTS FOR (n:Episodic) REQUIRE n.uuid IS UNIQUE',
  'CREATE CONSTRAINT penstock_relates_to_uuid IF NOT EXISTS FOR ()-[r:RELATES_TO]-() REQUIRE r.uuid IS UNIQUE',
  'CREATE CONSTRAINT penstock_ingestion_id IF NOT EXISTS FOR (n:PenstockIngestion) REQUIRE n.ingestionId IS UNIQUE',
  'CREATE CONSTRAINT penstock_document_key IF NOT EXISTS FOR (n:PenstockDocument) REQUIRE n.key IS UNIQUE',
  'CREATE CONSTRAINT penstock_pending_key IF NOT EXISTS FOR (n:PenstockPendingPart) REQUIRE n.key IS UNIQUE',
  'CREATE INDEX penstock_pending_ingestion IF NOT EXISTS FOR (n:PenstockPendingPart) ON (n.ingestionId)',
  'CREATE INDEX penstock_ingestion_key IF NOT EXISTS FOR (n:PenstockIngestion) ON (n.key)',
  'CREATE INDEX penstock_ingestion_at IF NOT EXISTS FOR (n:PenstockIngestion) ON (n.at)',
  'CREATE CONSTRAINT penstock_alias_uuid IF NOT EXISTS FOR (n:PenstockAlias) REQUIRE n.uuid IS UNIQUE',
  'CREATE CONSTRAINT penstock_family_key IF NOT EXISTS FOR (n:PenstockFamily) REQUIRE n.key IS UNIQUE',
  'CREATE INDEX penstock_alias_family IF NOT EXISTS FOR (n:PenstockAlias) ON (n.family)',
  'CREATE INDEX penstock_entity_family IF NOT EXISTS FOR (n:Entity) ON (n.family)',
  'CREATE INDEX penstock_entity_group IF NOT EXISTS FOR (n:Entity) ON (n.group_id)',
  'CREATE INDEX penstock_episodic_group IF NOT EXISTS FOR (n:Episodic) ON (n.group_id)',
  'CREATE INDEX penstock_episodic_document IF NOT EXISTS FOR (n:Episodic) ON (n.document_id)',
  'CREATE INDEX penstock_relates_to_group IF NOT EXISTS FOR ()-[r:RELATES_TO]-() ON (r.group_id)',
];

const indexesOnlineWithinSeconds = 60;

/**
 * Brings constraints and indexes about and waits until they are used; several processes may do it at once.
 * @throws PermanentFailure if data already there breaks a constraint.
 */
export async function prepareSchema(driver: Driver): Promise<void> {
  const session = driver.session({ database: 'neo4j' });
  try {
    for (const statement of statements) await session.executeWrite((transaction) => transaction.run(statement));
    await session.run('CALL db.awaitIndexes($seconds)', { seconds: BigInt(indexesOnlineWithinSeconds) });
  } catch (error) {
    throw neo4jFailure(error);
  } finally {
    await session.close().catch(() => undefined);
  }
}
