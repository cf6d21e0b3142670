import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { entityUuid } from '#events';
import { cacheFolderOf, readInstalled } from '#stack';

import { anIngestion, ref } from '../../../test/builders/index.js';
import { testStack } from '../../../test/services/addresses.js';
import { naming } from '../contract/spellings.contract.js';
import { createNeo4jDriver, Neo4jStoreWriter } from './index.js';

const signal = new AbortController().signal;
const script = fileURLToPath(new URL('../../../test/graphiti/read_group.py', import.meta.url));
const namespace = `graphiti-${randomUUID()}`;
const contradicted = `${namespace}-contradicted`;
const [may, june, july] = [1_777_593_600_000, 1_780_272_000_000, 1_782_864_000_000];
const account = { user: 'neo4j', password: 'penstock' };

type Found = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

async function readByGraphiti(...groups: string[]): Promise<Found[]> {
  const { pythonGraphiti } = readInstalled(cacheFolderOf(process.env));
  const asked = [script, testStack().neo4j, account.user, account.password, ...groups];
  const { stdout } = await promisify(execFile)(pythonGraphiti, asked, { maxBuffer: 16_777_216 });
  return JSON.parse(stdout) as Found[];
}

describe("Graphiti's own library", () => {
  const parts = anIngestion({ namespace, documentId: 'read' }).withParts(2).withEntities(['Ada', 'Grace', 'Edith']);
  const live = parts.withFacts().build();
  const pending = anIngestion({ namespace, documentId: 'pending' }).withEntities(['Nobody']).build();
  /** Two spellings of who leads a company, then somebody else who does. */
  const said = [
    naming(contradicted, 'known', may, { people: ['John Smith'], company: 'ACME Corporation' }),
    naming(contradicted, 'short', june, { people: ['J. Smith'], company: 'ACME' }, { people: ['John Smith'] }),
    naming(contradicted, 'later', july, { people: ['Jane Doe'], company: 'ACME Corporation' }),
  ];
  let writer: Neo4jStoreWriter;
  let found: Found;
  let foundSaid: Found;

  beforeAll(async () => {
    writer = new Neo4jStoreWriter(createNeo4jDriver({ url: testStack().neo4j, ...account }));
    await writer.prepare();
    await writer.writePending({ parts: [...live, ...pending], receipts: [], signal });
    await writer.promote([ref(live)], signal);
    await writer.writePending({ parts: said.flat(), receipts: [], signal });
    await writer.promote(said.map(ref), signal);
    [found = {}, foundSaid = {}] = await readByGraphiti(namespace, contradicted);
  }, 300_000);

  afterAll(async () => {
    await writer.retract([ref(live), ref(pending), ...said.map(ref)], signal);
    await writer.close();
  });

  it('reads the entities of a group, and none of what is pending', () => {
    const uuids = live.flatMap(({ entities }) => entities.map(({ uuid }) => uuid));

    expect(new Set(found['entities']?.map(({ uuid }) => uuid))).toEqual(new Set(uuids));
    expect(found['entities']?.find(({ name }) => name === 'Ada')).toMatchObject({
      group_id: namespace,
      labels: expect.arrayContaining(['Person']),
      summary: 'Ada is spoken of.',
    });
  });

  it('reads the episode with the facts it states', () => {
    const facts = live.flatMap((part) => part.facts.map(({ uuid }) => uuid));

    expect(found['episodes']).toHaveLength(1);
    expect(found['episodes']?.[0]).toMatchObject({ uuid: ref(live).ingestionId, group_id: namespace, source: 'text' });
    expect(new Set(found['episodes']?.[0]?.['entity_edges'] as string[])).toEqual(new Set(facts));
  });

  it('reads facts between entities, with their times and episodes, and what mentions what', () => {
    const facts = live.flatMap((part) => part.facts);

    expect(found['facts']).toHaveLength(facts.length);
    for (const { uuid, sourceUuid, targetUuid, fact, relation, validAt } of facts) {
      const edge = found['facts']?.find((one) => one['uuid'] === uuid);
      expect(edge).toMatchObject({ source_node_uuid: sourceUuid, target_node_uuid: targetUuid, fact, name: relation });
      expect(edge?.['episodes']).toEqual([ref(live).ingestionId]);
      expect(edge?.['valid_at'] === null ? null : Date.parse(String(edge?.['valid_at']))).toBe(validAt);
    }
    expect(found['mentions']).toHaveLength(3);
    expect(found['one_by_one']).toHaveLength(2);
  });

  it('reads a fact that a later document contradicts with its end, and the later one as open', () => {
    const ends = foundSaid['facts']?.map(({ fact, invalid_at: end }) => [fact, end && Date.parse(String(end))]);

    expect(ends?.sort()).toEqual([
      ['J. Smith leads ACME.', july],
      ['Jane Doe leads ACME Corporation.', null],
      ['John Smith leads ACME Corporation.', july],
    ]);
    // That is when Graphiti's own pipeline came to know it: what is derived from live documents has no such moment.
    expect(foundSaid['facts']?.map(({ expired_at: noticed }) => noticed)).toEqual([null, null, null]);
  });

  it('reads a thing under several spellings as one entity, which has all its facts and mentions', () => {
    const [john, jane] = ['John Smith', 'Jane Doe'].map((name) => entityUuid(contradicted, 'Person', name));
    const acme = entityUuid(contradicted, 'Organization', 'ACME Corporation');
    const seen = foundSaid['entities']?.map(({ uuid, name, attributes }) => {
      return [uuid, name, (attributes as { aliases?: string[] }).aliases];
    });
    const edges = foundSaid['facts']?.map((fact) => [fact['source_node_uuid'], fact['target_node_uuid']]);
    const mentioned = Map.groupBy(foundSaid['mentions'] ?? [], (one) => one['target_node_uuid']);

    expect(new Set(seen)).toEqual(
      new Set([
        [john, 'John Smith', ['J. Smith']],
        [jane, 'Jane Doe', []],
        [acme, 'ACME Corporation', ['ACME']],
      ]),
    );
    expect(edges?.sort()).toEqual([john, john, jane].map((leader) => [leader, acme]).sort());
    expect([john, jane, acme].map((uuid) => mentioned.get(uuid)?.length)).toEqual([2, 1, 3]);
  });
});
