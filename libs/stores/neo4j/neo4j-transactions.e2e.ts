import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Driver } from 'neo4j-driver';

import { PermanentFailure } from '#failure';

import { anIngestion, ref } from '../../../test/builders/index.js';
import { testStack } from '../../../test/services/addresses.js';
import { createNeo4jDriver, Neo4jStoreWriter } from './index.js';

const signal = new AbortController().signal;
const newDriver = (): Driver => createNeo4jDriver({ url: testStack().neo4j, user: 'neo4j', password: 'penstock' });

async function rows(driver: Driver, cypher: string, parameters: object = {}): Promise<Record<string, unknown>[]> {
  const { records } = await driver.executeQuery(cypher, parameters, { database: 'neo4j' });
  return records.map((record) => record.toObject() as Record<string, unknown>);
}

describe('the transactions of Neo4jStoreWriter', () => {
  let driver: Driver;
  let writer: Neo4jStoreWriter;
  const namespace = `transactions-${randomUUID()}`;

  const write = (parts: ReturnType<typeof document>) => writer.writePending({ parts, receipts: [], signal });
  const document = (documentId: string, names: readonly string[], version = 1, type = 'Person') =>
    anIngestion({ namespace, documentId, version }).withParts(2).withEntities(names, type).withFacts().build();

  beforeAll(async () => {
    driver = newDriver();
    writer = new Neo4jStoreWriter(newDriver());
    await writer.prepare();
  });

  afterAll(async () => {
    await rows(driver, 'MATCH (n) WHERE n.group_id = $namespace OR n.namespace = $namespace DETACH DELETE n', {
      namespace,
    });
    await writer.close();
    await driver.close();
  });

  it('lets two writers replace, retract and create documents that share entities, 20 rounds long', async () => {
    const other = new Neo4jStoreWriter(newDriver());
    const names = ['Ada', 'Grace', 'Linus', 'Barbara', 'Edsger', 'Donald'];
    const round = async (by: Neo4jStoreWriter, documentId: string, version: number, turned: readonly string[]) => {
      const parts = document(documentId, turned, version);
      await by.writePending({ parts, receipts: [], signal });
      const [result] = await by.promote([ref(parts)], signal);
      expect(result?.state).toBe('live');
      if (version % 3 === 0) await by.retract([ref(parts)], signal);
    };

    for (let version = 1; version <= 20; version += 1) {
      await Promise.all([
        ...['a', 'b', 'c'].map((id) => round(writer, `storm-${id}`, version, names)),
        ...['d', 'e', 'f'].map((id) => round(other, `storm-${id}`, version, names.toReversed())),
      ]);
    }

    await other.close();
    const doubles = await rows(driver, 'MATCH (n:Entity) WITH n.uuid AS uuid, count(*) AS c WHERE c > 1 RETURN uuid');
    const mentioned = await rows(
      driver,
      `MATCH (e:Episodic {group_id: $namespace})-[:MENTIONS]->(n) WHERE e.document_id STARTS WITH 'storm-'
       RETURN e.document_id AS id, count(DISTINCT n) AS entities ORDER BY id`,
      { namespace },
    );
    expect(doubles).toEqual([]);
    expect(mentioned).toEqual(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id: `storm-${id}`, entities: names.length })),
    );
  }, 240_000);

  it('stops waiting for a lock when it is told to, and lets go', async () => {
    const parts = document('locked', ['Ada']);
    const stop = new AbortController();
    const session = driver.session({ database: 'neo4j' });
    const transaction = session.beginTransaction();
    await transaction.run('MERGE (d:PenstockDocument {key: $key}) SET d:PenstockDocument', {
      key: `${namespace}/locked`,
    });
    const blocked =
      "SHOW TRANSACTIONS YIELD status, currentQuery WHERE status STARTS WITH 'Blocked' RETURN count(*) AS count";
    const written = writer.writePending({ parts, receipts: [], signal: stop.signal }).catch((error: unknown) => error);
    while ((await rows(driver, blocked))[0]?.['count'] === 0);

    stop.abort();

    expect(await written).toMatchObject({ kind: 'transient', reason: 'aborted' });
    while ((await rows(driver, blocked))[0]?.['count'] !== 0);
    await transaction.rollback();
    await session.close();
    expect((await write(parts)).outcomes).toEqual(['pending', 'pending']);
  });

  it('stops before it begins when it was told to', async () => {
    const parts = document('stopped', ['Ada']);
    const stopped = writer.writePending({ parts, receipts: [], signal: AbortSignal.abort() });

    await expect(stopped).rejects.toMatchObject({ kind: 'transient', reason: 'aborted' });
  });

  it('takes a server that is not there for transient', async () => {
    const nowhere = new Neo4jStoreWriter(createNeo4jDriver({ url: 'bolt://127.0.0.1:1', user: '', password: '' }));

    const failed = nowhere.states([ref(document('nowhere', []))], signal);

    await expect(failed).rejects.toMatchObject({ kind: 'transient', reason: 'neo4j-unavailable' });
    await expect(failed).rejects.not.toBeInstanceOf(PermanentFailure);
    await nowhere.close();
  });
});
