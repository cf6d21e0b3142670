import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Driver } from 'neo4j-driver';

import { TransientFailure } from '#failure';

import { anIngestion, ref } from '../../../test/builders/index.js';
import { testStack } from '../../../test/services/addresses.js';
import { createNeo4jDriver, Neo4jStoreWriter } from './index.js';

const signal = new AbortController().signal;
const newDriver = (): Driver => createNeo4jDriver({ url: testStack().neo4j, user: 'neo4j', password: 'penstock' });

async function rows(driver: Driver, cypher: string, parameters: object = {}): Promise<Record<string, unknown>[]> {
  const { records } = await driver.executeQuery(cypher, parameters, { database: 'neo4j' });
  return records.map((record) => record.toObject() as Record<string, unknown>);
}

describe('the graph of Neo4jStoreWriter', () => {
  let driver: Driver;
  let writer: Neo4jStoreWriter;
  const namespace = `graph-${randomUUID()}`;

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

  it('can be prepared again, by several processes at once', async () => {
    await expect(Promise.all([writer.prepare(), writer.prepare()])).resolves.toBeDefined();
  });

  it('writes what the queries of Graphiti read', async () => {
    const parts = document('graphiti', ['Ada', 'Grace']);
    await write(parts);
    await writer.promote([ref(parts)], signal);

    const [episode] = await rows(
      driver,
      `MATCH (e:Episodic) WHERE e.uuid IN $uuids
       RETURN DISTINCT e.content AS content, e.created_at AS created_at, e.valid_at AS valid_at, e.uuid AS uuid,
         e.name AS name, e.group_id AS group_id, e.source_description AS source_description, e.source AS source,
         e.entity_edges AS entity_edges`,
      { uuids: [ref(parts).ingestionId] },
    );
    const [edge] = await rows(
      driver,
      `MATCH (n:Entity)-[e:RELATES_TO]->(m:Entity) WHERE e.group_id IN $groups
       RETURN e.uuid AS uuid, n.uuid AS source, m.uuid AS target, e.name AS name, e.fact AS fact, e.episodes AS episodes,
         toString(e.valid_at) AS valid_at, e.invalid_at AS invalid_at`,
      { groups: [namespace] },
    );
    const [entity] = await rows(
      driver,
      'MATCH (:Episodic)-[m:MENTIONS]->(n:Entity:Person {name: "Ada"}) WHERE m.group_id = $namespace RETURN properties(n) AS n',
      { namespace },
    );

    const [fact] = parts.flatMap(({ facts }) => facts);
    expect(episode).toMatchObject({
      name: 'Title of graphiti',
      group_id: namespace,
      source: 'text',
      entity_edges: [fact?.uuid],
    });
    expect(episode?.['content']).toContain('Passage 0 of graphiti');
    expect(String(episode?.['valid_at'])).toMatch(/^2026-/);
    expect(edge).toEqual({
      uuid: fact?.uuid,
      source: fact?.sourceUuid,
      target: fact?.targetUuid,
      name: 'WORKS_WITH',
      fact: 'Ada works with Grace.',
      episodes: [ref(parts).ingestionId],
      valid_at: '2026-01-01T00:00:00Z',
      invalid_at: null,
    });
    expect(entity?.['n']).toMatchObject({
      name: 'Ada',
      group_id: namespace,
      labels: ['Entity', 'Person'],
      summary: 'Ada is spoken of.',
    });
  });

  it('makes no label of a type it does not know', async () => {
    const type = 'Pwned`) DETACH DELETE n //';
    const parts = document('typed', ['Mallory'], 1, type);
    await write(parts);
    await writer.promote([ref(parts)], signal);

    const found = await rows(
      driver,
      'MATCH (n:Entity {name: "Mallory"}) RETURN labels(n) AS labels, n.labels AS types',
    );

    expect(found).toEqual([{ labels: ['Entity'], types: ['Entity', type] }]);
  });

  it('keeps a fact that two documents state until the last of them goes', async () => {
    const [first, second] = [document('first', ['Alan', 'Kurt']), document('second', ['Alan', 'Kurt'])];
    await write([...first, ...second]);
    await writer.promote([ref(first), ref(second)], signal);
    const episodes = async () =>
      (await rows(driver, 'MATCH (:Entity {name: "Alan"})-[r:RELATES_TO]->() RETURN r.episodes AS episodes')).map(
        (row) => row['episodes'],
      );
    expect((await episodes()).map((list) => (list as string[]).toSorted())).toEqual([
      [ref(first).ingestionId, ref(second).ingestionId].toSorted(),
    ]);

    await writer.retract([ref(first)], signal);
    expect(await episodes()).toEqual([[ref(second).ingestionId]]);

    await writer.retract([ref(second)], signal);
    expect(await episodes()).toEqual([]);
  });

  it('leaves an entity to which somebody else attached something', async () => {
    const parts = document('attached', ['Edith']);
    await write(parts);
    await writer.promote([ref(parts)], signal);
    await rows(driver, 'MATCH (n:Entity {name: "Edith"}) CREATE (:Note {group_id: $namespace})-[:ABOUT]->(n)', {
      namespace,
    });

    await writer.retract([ref(parts)], signal);

    expect(await rows(driver, 'MATCH (:Note)-[:ABOUT]->(n:Entity) RETURN n.name AS name')).toEqual([{ name: 'Edith' }]);
  });

  it('does not promote what it does not hold', async () => {
    const missing = ref(document('missing', ['Ada']));

    await expect(writer.promote([missing], signal)).rejects.toThrow(TransientFailure);

    expect(await writer.states([missing], signal)).toEqual([undefined]);
  });
});
