import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { PoolClient } from 'pg';

import { inTransaction } from '#database';
import { entityUuid } from '#events';
import { familyDocumentsMax, familyOf } from '#identity';
import type { WrongNames } from '#stores/auditor';

import { ref } from '../../../test/builders/index.js';
import { allPages } from '../contract/all-pages.contract.js';
import { saying } from '../contract/acronyms.contract.js';
import { claiming, naming } from '../contract/spellings.contract.js';
import { freshDatabase } from './fresh-database.contract.js';
import { PostgresDocumentIndex, PostgresLiveNames, PostgresStoreAuditor, PostgresStoreWriter } from './index.js';
import { lockFamilies, relink } from './relink.js';

const { signal } = new AbortController();
const [may, june] = [1_777_593_600_000, 1_780_272_000_000];

async function rowsRead(client: PoolClient, table = 'store_entities'): Promise<number> {
  const { rows } = await client.query<{ read: number }>(
    `SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) AS read FROM pg_stat_xact_user_tables
     WHERE relname = $1`,
    [table],
  );
  return rows[0]?.read ?? 0;
}

describe('names that are one entity in PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  const namespace = 'spellings';
  const uuid = entityUuid(namespace, 'Person', 'John Smith');

  const rows = async (sql: string): Promise<unknown[]> => (await database.pool.query<object>(sql)).rows;

  beforeAll(async () => {
    database = await freshDatabase();
    const writer = new PostgresStoreWriter(database.pool, () => Promise.resolve());
    await writer.prepare();
    const documents = [
      naming(namespace, 'long', may, { people: ['John Smith'], company: 'ACME Corporation' }),
      naming(namespace, 'short', june, { people: ['J. Smith'], company: 'ACME' }, { people: ['John Smith'] }),
    ];
    await writer.writePending({ parts: documents.flat(), receipts: [], signal });
    await writer.promote(documents.map(ref), signal);
  });

  afterAll(() => database.drop());

  it('show as one in every view', async () => {
    expect(await rows('SELECT name, type, aliases, summary FROM live_entities ORDER BY name')).toEqual([
      {
        ...{ name: 'ACME Corporation', type: 'Organization', aliases: ['ACME'] },
        summary: 'ACME Corporation is spoken of.',
      },
      { name: 'John Smith', type: 'Person', aliases: ['J. Smith'], summary: 'John Smith is spoken of.' },
    ]);
    expect(
      await rows(
        `SELECT document_id, seq, evidence FROM live_mentions WHERE entity_uuid = '${uuid}' ORDER BY document_id, seq`,
      ),
    ).toEqual([
      { document_id: 'long', seq: 0, evidence: 'John Smith' },
      { document_id: 'short', seq: 0, evidence: 'J. Smith' },
      { document_id: 'short', seq: 1, evidence: 'John Smith' },
    ]);
    expect(
      await rows(
        `SELECT fact, target.name FROM live_facts f JOIN live_entities target ON target.uuid = f.target_uuid
         WHERE source_uuid = '${uuid}' ORDER BY fact`,
      ),
    ).toEqual([
      { fact: 'J. Smith leads ACME.', name: 'ACME Corporation' },
      { fact: 'John Smith leads ACME Corporation.', name: 'ACME Corporation' },
    ]);
  });

  it.each([
    ['lost', 'DELETE FROM store_entity_links'],
    ['bent', `UPDATE store_entity_links SET stands_for = gen_random_uuid()`],
    [
      'forged',
      `INSERT INTO store_entity_links (uuid, stands_for, family)
       SELECT stands_for, uuid, family FROM store_entity_links ORDER BY family DESC LIMIT 1`,
    ],
    [
      'of nobody',
      `INSERT INTO store_entity_links VALUES (gen_random_uuid(), gen_random_uuid(), '${namespace}/Person/x')`,
    ],
  ])('are joined anew by the audit where links are %s', async (_, damage) => {
    const auditor = new PostgresStoreAuditor(database.pool);
    const wrong = async (): Promise<readonly WrongNames[]> => (await auditor.wrongNames(undefined, 100, signal)).items;
    const links = 'SELECT uuid, stands_for, family FROM store_entity_links ORDER BY uuid';
    const [before, none] = [await rows(links), await wrong()];
    await database.pool.query(damage);

    const found = await wrong();
    await auditor.joinAnew(found, signal);

    expect(before).toHaveLength(2);
    expect(none).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((one) => one.namespace === namespace)).toBe(true);
    expect(await rows(links)).toEqual(before);
    expect(await wrong()).toEqual([]);
  });

  it('are told with what stands beside them and what is claimed of them, bounded, and not of the one that asks', async () => {
    const of = 'told';
    const writer = new PostgresStoreWriter(database.pool, () => Promise.resolve());
    const john = naming(of, 'john', may, { people: ['John Smith'], company: 'ACME' });
    const other = naming(of, 'other', may, { people: ['John Smith'], company: 'ACME' });
    const written = naming(of, 'short', june, { people: ['J. Smith', 'Jane Smith'] });
    const short = claiming(written, { person: 'J. Smith', other: 'John Smith', of: john, isShort: true });
    const pending = naming(of, 'pending', june, { people: ['Jack Smith'] });
    await writer.writePending({ parts: [...john, ...other, ...short, ...pending], receipts: [], signal });
    await writer.promote([john, other, short].map(ref), signal);
    const family = familyOf(of, 'Person', 'Smith') ?? '';
    const bounds = { namesMax: 60, documentsMax: 6, rowsMax: 100 };
    const names = async (changes: Partial<typeof bounds> & { notOf?: string }): Promise<unknown[]> => {
      const wanted = { families: [family, 'told/Person/nobody'], notOf: 'nothing', ...bounds, ...changes };
      const found = await new PostgresLiveNames(database.pool).namesIn(wanted);
      return found.map(({ name }) => name).sort();
    };

    expect(await names({})).toEqual(['J. Smith', 'Jane Smith', 'John Smith', 'John Smith']);
    expect(await names({ notOf: 'short' })).toEqual(['John Smith', 'John Smith']);
    expect(await names({ documentsMax: 1 })).toEqual(['J. Smith', 'Jane Smith', 'John Smith']);
    expect(await names({ rowsMax: 2 })).toHaveLength(2);
    expect(new Set(await names({ namesMax: 1 })).size).toBeLessThan(2);
    const all = await new PostgresLiveNames(database.pool).namesIn({ families: [family], notOf: 'other', ...bounds });
    expect(all.find(({ name }) => name === 'John Smith')).toEqual({
      ...{ family, uuid: entityUuid(of, 'Person', 'John Smith'), type: 'Person', name: 'John Smith', claims: [] },
      ...{ ingestionId: ref(john).ingestionId, companions: [familyOf(of, 'Organization', 'ACME')] },
      summary: 'John Smith is spoken of.',
    });
    expect(all.find(({ name }) => name === 'J. Smith')?.claims).toEqual([
      `${entityUuid(of, 'Person', 'John Smith')} ${ref(john).ingestionId} short`,
    ]);
    expect(
      await rows(`SELECT name FROM live_entities WHERE namespace = 'told' AND type = 'Person' ORDER BY name`),
    ).toEqual([{ name: 'Jane Smith' }, { name: 'John Smith' }]);
    await writer.retract([john, other, short].map(ref), signal);
    await writer.compensate([ref(pending)], signal);
    expect(await rows('SELECT * FROM store_name_claims')).toEqual([]);
  });

  it('are looked through by the audit in pages, each family once', async () => {
    const auditor = new PostgresStoreAuditor(database.pool);
    const links = 'SELECT uuid, stands_for, family FROM store_entity_links ORDER BY uuid';
    const before = await rows(links);
    await database.pool.query('DELETE FROM store_entity_links');

    const found = await allPages((cursor) => auditor.wrongNames(cursor, 1, signal));
    await auditor.joinAnew(found, signal);

    expect(found.map(({ family }) => family)).toEqual([
      familyOf(namespace, 'Organization', 'ACME'),
      familyOf(namespace, 'Person', 'John Smith'),
    ]);
    expect(await rows(links)).toEqual(before);
  });

  it('are joined anew by the audit where the link of an acronym is lost, whatever page it comes in', async () => {
    const of = 'acronyms';
    const writer = new PostgresStoreWriter(database.pool, () => Promise.resolve());
    const companies = ['World Health Organization', 'WHO'];
    const documents = [
      saying(of, { documentId: 'defining', companies, who: 'World Health Organization' }),
      saying(of, { documentId: 'loud', companies: ['WORLD HEALTH ORGANIZATION'] }),
    ];
    await writer.writePending({ parts: documents.flat(), receipts: [], signal });
    await writer.promote(documents.map(ref), signal);
    const auditor = new PostgresStoreAuditor(database.pool);
    const wrong = async (): Promise<WrongNames[]> => {
      const found = await allPages((cursor) => auditor.wrongNames(cursor, 1, signal));
      return found.filter((one) => one.namespace === of);
    };
    const names = `SELECT name, aliases FROM live_entities WHERE namespace = '${of}'`;
    const [before, none] = [await rows(names), await wrong()];
    const who = entityUuid(of, 'Organization', 'WHO');
    await database.pool.query('DELETE FROM store_entity_links WHERE uuid = $1', [who]);

    const found = await wrong();
    await auditor.joinAnew(found, signal);

    expect(before).toEqual([{ name: 'World Health Organization', aliases: ['WHO', 'WORLD HEALTH ORGANIZATION'] }]);
    expect(none).toEqual([]);
    expect(found).toEqual([{ id: who, family: familyOf(of, 'Organization', 'WHO'), namespace: of }]);
    expect(await rows(names)).toEqual(before);
    await writer.retract(documents.map(ref), signal);
  });

  it('are found by each spelling, with every passage that mentions them', async () => {
    const index = new PostgresDocumentIndex(database.pool);
    const scope = { namespace, limit: 10, filter: {}, signal };

    const found = await index.entitiesNamed(namespace, ['j. smith']);
    const passages = await index.mentioning([uuid], scope);

    expect(found.map((entity) => entity.uuid)).toEqual([uuid]);
    expect(passages).toHaveLength(3);
  });

  it('are found before longer names that begin so, though more documents speak of those', async () => {
    const index = new PostgresDocumentIndex(database.pool);
    await database.pool.query(
      `WITH given AS (
         INSERT INTO store_ingestions (ingestion_id, namespace, document_id, version, state)
         SELECT gen_random_uuid(), 'concerts', n::text, 1, 'live' FROM generate_series(1, 3) n
         RETURNING ingestion_id, document_id = '1' AS first)
       INSERT INTO store_entities (ingestion_id, uuid, name, type, family)
       SELECT ingestion_id, $2::uuid, 'Berlin Philharmonic', 'Organization', 'philharmonic' FROM given
       UNION ALL SELECT ingestion_id, $1::uuid, 'Berlin', 'Place', 'berlin' FROM given WHERE first`,
      [entityUuid('concerts', 'Place', 'Berlin'), entityUuid('concerts', 'Organization', 'Berlin Philharmonic')],
    );
    const namesOf = async (...names: string[]): Promise<string[]> =>
      (await index.entitiesNamed('concerts', names)).map(({ name }) => name);

    expect(await namesOf('berlin')).toEqual(['Berlin', 'Berlin Philharmonic']);
    expect(await namesOf('berlin', 'berlin philharmonic')).toEqual(['Berlin Philharmonic', 'Berlin']);
  });

  it('are not read through for a name that many documents write in one way', async () => {
    const family = familyOf(namespace, 'Product', 'Hub') ?? '';
    await database.pool.query(
      `WITH given AS (
         INSERT INTO store_ingestions (ingestion_id, namespace, document_id, version, state)
         SELECT gen_random_uuid(), $3, 'hub-' || n, 1, 'live' FROM generate_series(1, 5000) n RETURNING ingestion_id)
       INSERT INTO store_entities (ingestion_id, uuid, name, type, family)
       SELECT ingestion_id, $1, 'Hub', 'Product', $2 FROM given`,
      [entityUuid(namespace, 'Product', 'Hub'), family, namespace],
    );
    await database.pool.query('ANALYZE store_entities, store_ingestions');

    const read = await inTransaction(database.pool, async (client) => {
      const before = await rowsRead(client);
      await relink(client, [family]);
      return (await rowsRead(client)) - before;
    });

    expect(read).toBeLessThan(10);
  });

  it('are found among those that are promoted without reading what became of all ingestions', async () => {
    const { rows: given } = await database.pool.query<{ id: string }>(
      `SELECT ingestion_id AS id FROM store_ingestions WHERE document_id LIKE 'hub-%' ORDER BY 1 LIMIT 1000`,
    );

    const { families, read } = await inTransaction(database.pool, async (client) => {
      const before = await rowsRead(client, 'store_ingestions');
      const locked = await lockFamilies(
        client,
        given.map(({ id }) => id),
        [],
      );
      return { families: locked, read: (await rowsRead(client, 'store_ingestions')) - before };
    });

    expect(families).toEqual([familyOf(namespace, 'Product', 'Hub')]);
    expect(read).toBeLessThan(10);
  });

  it('are looked up by uuid without reading the others', async () => {
    const read = await inTransaction(database.pool, async (client) => {
      const before = await rowsRead(client);
      const found = await client.query('SELECT name, summary FROM live_entities WHERE uuid = $1', [uuid]);
      expect(found.rows).toEqual([{ name: 'John Smith', summary: 'John Smith is spoken of.' }]);
      return (await rowsRead(client)) - before;
    });

    expect(read).toBeLessThan(50);
  });

  it('are not read with what stands beside them once too many documents write them', async () => {
    const family = familyOf(namespace, 'Product', 'Lever') ?? '';
    const uuids = ['Lever', 'LEVER'].map((name) => entityUuid(namespace, 'Product', name));
    await database.pool.query(
      `WITH given AS (
         INSERT INTO store_ingestions (ingestion_id, namespace, document_id, version, state)
         SELECT gen_random_uuid(), $3, 'lever-' || n, 1, 'live' FROM generate_series(0, $4) n
         RETURNING ingestion_id, document_id = 'lever-0' AS first
       ), mentioned AS (
         INSERT INTO store_mentions (ingestion_id, entity_uuid, seq, evidence, start_offset, end_offset)
         SELECT ingestion_id, $1, 0, 'Lever', 0, 5 FROM given)
       INSERT INTO store_entities (ingestion_id, uuid, name, type, family)
       SELECT ingestion_id, $1::uuid, 'Lever', 'Product', $5 FROM given
       UNION ALL SELECT ingestion_id, $2::uuid, 'LEVER', 'Product', $5 FROM given WHERE first`,
      [...uuids, namespace, familyDocumentsMax, family],
    );
    await database.pool.query('ANALYZE store_entities, store_ingestions, store_mentions');

    const read = await inTransaction(database.pool, async (client) => {
      const before = await rowsRead(client, 'store_mentions');
      await relink(client, [family]);
      return (await rowsRead(client, 'store_mentions')) - before;
    });

    expect(read).toBeLessThan(10);
    expect(await rows(`SELECT FROM store_entity_links WHERE uuid IN ('${uuids.join("', '")}')`)).toEqual([]);
  });
});
