import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Driver } from 'neo4j-driver';

import { entityUuid } from '#events';
import { familyOf } from '#identity';
import type { WrongNames } from '#stores/auditor';

import { ref } from '../../../test/builders/index.js';
import { testStack } from '../../../test/services/addresses.js';
import { allPages } from '../contract/all-pages.contract.js';
import { saying } from '../contract/acronyms.contract.js';
import { naming } from '../contract/spellings.contract.js';
import { createNeo4jDriver, Neo4jStoreAuditor, Neo4jStoreWriter } from './index.js';

const signal = new AbortController().signal;
const newDriver = (): Driver => createNeo4jDriver({ url: testStack().neo4j, user: 'neo4j', password: 'penstock' });
const [may, june] = [1_777_593_600_000, 1_780_272_000_000];

describe('names that are one entity in Neo4j', () => {
  let driver: Driver;
  let writer: Neo4jStoreWriter;
  const namespace = `spellings-${randomUUID()}`;

  const rows = async (cypher: string, values: Record<string, string> = {}): Promise<Record<string, unknown>[]> => {
    const { records } = await driver.executeQuery(cypher, { namespace, ...values }, { database: 'neo4j' });
    return records.map((record) => record.toObject() as Record<string, unknown>);
  };

  beforeAll(async () => {
    [driver, writer] = [newDriver(), new Neo4jStoreWriter(newDriver())];
    await writer.prepare();
  });

  afterAll(async () => {
    await rows('MATCH (n) WHERE coalesce(n.group_id, n.namespace) STARTS WITH $namespace DETACH DELETE n');
    await writer.close();
    await driver.close();
  });

  it('show as one node with its spellings, on which all mentions and facts hang', async () => {
    const documents = [
      naming(namespace, 'long', may, { people: ['John Smith'], company: 'ACME Corporation' }),
      naming(namespace, 'short', june, { people: ['J. Smith'], company: 'ACME' }, { people: ['John Smith'] }),
    ];
    await writer.writePending({ parts: documents.flat(), receipts: [], signal });
    await writer.promote(documents.map(ref), signal);

    expect(
      await rows(
        `MATCH (n:Entity {group_id: $namespace}) RETURN n.name AS name, n.aliases AS aliases, n.summary AS summary,
           COLLECT { MATCH (e:Episodic)-[:MENTIONS]->(n) RETURN e.document_id ORDER BY e.document_id } AS documents
         ORDER BY name`,
      ),
    ).toEqual([
      {
        ...{ name: 'ACME Corporation', aliases: ['ACME'], documents: ['long', 'short'] },
        summary: 'ACME Corporation is spoken of.',
      },
      {
        ...{ name: 'John Smith', aliases: ['J. Smith'], documents: ['long', 'short'] },
        summary: 'John Smith is spoken of.',
      },
    ]);
    expect(
      await rows(
        `MATCH (a:Entity {group_id: $namespace})-[r:RELATES_TO]->(b:Entity)
         RETURN a.name AS source, r.fact AS fact, b.name AS target ORDER BY fact`,
      ),
    ).toEqual([
      { source: 'John Smith', fact: 'J. Smith leads ACME.', target: 'ACME Corporation' },
      { source: 'John Smith', fact: 'John Smith leads ACME Corporation.', target: 'ACME Corporation' },
    ]);
  });

  it.each([
    [
      'aliases are entities again',
      ['ACME', 'J. Smith'],
      'MATCH (a:PenstockAlias {group_id: $of}) SET a:Entity:Person REMOVE a:PenstockAlias',
    ],
    [
      'aliases stand for nobody',
      ['ACME', 'J. Smith'],
      'MATCH (a:PenstockAlias {group_id: $of}) SET a.stands_for = null',
    ],
    [
      'one stands for another',
      ['J. Smith'],
      "MATCH (a:PenstockAlias {group_id: $of, name: 'J. Smith'}) SET a.stands_for = 'nobody'",
    ],
    [
      'mentions of one do not show',
      ['ACME'],
      'MATCH ()-[m:MENTIONS {by_alias: true}]->(:Entity {group_id: $of}) DELETE m',
    ],
    [
      'facts of one hang on itself',
      ['J. Smith'],
      `MATCH (a:PenstockAlias {group_id: $of}), (:Entity)-[r:RELATES_TO {own_source: a.uuid}]->(t:Entity)
       WITH a, r, t, properties(r) AS said DELETE r CREATE (a)-[f:RELATES_TO]->(t) SET f = said`,
    ],
  ])('are joined anew by the audit where %s', async (_, hurt, damage) => {
    const of = `${namespace}-audited-${randomUUID().slice(0, 8)}`;
    const auditor = new Neo4jStoreAuditor(driver);
    const wrong = async (): Promise<WrongNames[]> => {
      const found = await allPages((cursor) => auditor.wrongNames(cursor, 2, signal));
      return found.filter((one) => one.namespace === of);
    };
    const graph = (): Promise<Record<string, unknown>[]> =>
      rows(
        `MATCH (n) WHERE n.group_id = $of AND (n:Entity OR n:PenstockAlias)
         RETURN labels(n) AS labels, properties(n) AS said, COLLECT {
           MATCH (n)-[r]-(o) RETURN type(r) + ' ' + o.uuid + ' ' + coalesce(r.fact, '') AS edge ORDER BY edge
         } AS edges ORDER BY n.uuid`,
        { of },
      );
    const documents = [
      naming(of, 'long', may, { people: ['John Smith'], company: 'ACME Corporation' }),
      naming(of, 'short', june, { people: ['J. Smith'], company: 'ACME' }, { people: ['John Smith'] }),
    ];
    await writer.writePending({ parts: documents.flat(), receipts: [], signal });
    await writer.promote(documents.map(ref), signal);
    const [before, none] = [await graph(), await wrong()];
    await rows(damage, { of });

    const found = await wrong();
    await auditor.joinAnew(found, signal);

    expect(none).toEqual([]);
    const names = hurt.map((name) => ({ type: name === 'ACME' ? 'Organization' : 'Person', name }));
    expect(found).toEqual(
      names.map(({ type, name }) => ({
        ...{ id: entityUuid(of, type, name), family: familyOf(of, type, name), namespace: of },
      })),
    );
    expect(await graph()).toEqual(before);
    expect(await wrong()).toEqual([]);
  });

  it.each(['WHO', 'Wörld Health Organization'])(
    'are joined anew by the audit where acronyms show as entities, also once %s is an alias',
    async (name) => {
      const of = `${namespace}-acronyms-${randomUUID().slice(0, 8)}`;
      const auditor = new Neo4jStoreAuditor(driver);
      const wrong = async (): Promise<WrongNames[]> => {
        const found = await allPages((cursor) => auditor.wrongNames(cursor, 1, signal));
        return found.filter((one) => one.namespace === of);
      };
      const shown = (): Promise<Record<string, unknown>[]> =>
        rows(
          `MATCH (n:Entity {group_id: $of}) RETURN n.name AS name, n.aliases AS aliases,
             COLLECT { MATCH (e:Episodic)-[:MENTIONS]->(n) RETURN e.document_id ORDER BY e.document_id } AS documents`,
          { of },
        );
      const long = 'World Health Organization';
      const documents = [
        saying(of, { documentId: 'defining', companies: [long, 'WHO'], who: long }),
        saying(of, { documentId: 'using', companies: [name] }),
      ];
      await writer.writePending({ parts: documents.flat(), receipts: [], signal });
      await writer.promote(documents.map(ref), signal);
      const [before, none] = [await shown(), await wrong()];
      await rows(
        `MATCH (a:PenstockAlias {group_id: $of, name: 'WHO'})
         SET a:Entity:Organization, a.stands_for = null REMOVE a:PenstockAlias`,
        { of },
      );

      const found = await wrong();
      await auditor.joinAnew(found, signal);

      const [canonical, ...aliases] = name === 'WHO' ? [long, 'WHO'] : [name, 'WHO', long];
      expect(before).toEqual([{ name: canonical, aliases, documents: ['defining', 'using'] }]);
      expect(none).toEqual([]);
      expect(found.map(({ id }) => id)).toEqual([entityUuid(of, 'Organization', 'WHO')]);
      expect(await shown()).toEqual(before);
      expect(await wrong()).toEqual([]);
    },
  );

  it('are described by what is live, in whatever order it came', async () => {
    const of = `${namespace}-described`;
    const saying = (documentId: string, submittedAt: number, spelling: string) =>
      naming(of, documentId, submittedAt, { people: ['Ada Lovelace'] }).map((part) => ({
        ...part,
        entities: part.entities.map((entity) => ({ ...entity, summary: `As ${documentId} says.` })),
        mentions: part.mentions.map((mention) => ({ ...mention, evidence: spelling })),
      }));
    const [first, second] = [saying('first', may, 'Ada  Lovelace'), saying('second', june, 'ADA LOVELACE')];
    const described = async (): Promise<unknown> =>
      (await rows('MATCH (n:Entity {group_id: $of}) RETURN n.aliases AS aliases, n.summary AS summary', { of }))[0];
    const makeLive = async (parts: typeof first): Promise<void> => {
      await writer.writePending({ parts, receipts: [], signal });
      await writer.promote([ref(parts)], signal);
    };
    const retract = (documentId: string) => writer.retract([{ namespace: of, documentId, version: 1 }], signal);

    await makeLive(second);
    expect(await described()).toEqual({ aliases: ['ADA LOVELACE'], summary: 'As second says.' });
    await makeLive(first);
    expect(await described()).toEqual({ aliases: ['ADA LOVELACE'], summary: 'As first says.' });
    await retract('first');
    expect(await described()).toEqual({ aliases: ['ADA LOVELACE'], summary: 'As second says.' });
    await makeLive(saying('third', june, 'Ada Lovelace'));
    await retract('second');
    expect(await described()).toEqual({ aliases: [], summary: 'As third says.' });
    await retract('third');
    expect(await described()).toBeUndefined();
  });

  it('take part when a document from before is ingested again', async () => {
    const of = `${namespace}-before`;
    const makeLive = async (...documents: ReturnType<typeof naming>[]): Promise<void> => {
      await writer.writePending({ parts: documents.flat(), receipts: [], signal });
      await writer.promote(documents.map(ref), signal);
    };
    await makeLive(naming(of, 'old', may, { people: ['John Smith'], company: 'ACME' }));
    await rows(
      `MATCH (n:Entity {group_id: $of})<-[m:MENTIONS]-() REMOVE n.family, n.aliases, n.summary_episode
       REMOVE m.companions, m.spellings, m.summary`,
      { of },
    );
    const again = naming(of, 'old', june, { people: ['John Smith'], company: 'ACME' });
    const later = again.map((part) => ({ ...part, version: 2, ingestionId: randomUUID() }));

    await makeLive(later);
    await makeLive(naming(of, 'short', june, { people: ['J. Smith'], company: 'ACME' }));

    const names = await rows('MATCH (n:Entity {group_id: $of}) RETURN n.name AS name ORDER BY name', { of });
    expect(names.map(({ name }) => name)).toEqual(['ACME', 'John Smith']);
  });

  it('are told apart by the audit, which compares what documents write', async () => {
    const question = { namespace, documentId: 'short', ingestionIds: [] };
    const [held] = await new Neo4jStoreAuditor(driver).inspect([question], signal);

    expect(held?.holdings.map(({ visible }) => [visible.entities?.count, visible.facts?.count])).toEqual([[3, 1]]);
  });
});
