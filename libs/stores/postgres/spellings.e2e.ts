import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { entityUuid } from '#events';

import { ref } from '../../../test/builders/index.js';
import { naming } from '../contract/spellings.contract.js';
import { freshDatabase } from './fresh-database.contract.js';
import { PostgresDocumentIndex, PostgresStoreWriter } from './index.js';

const { signal } = new AbortController();
const [may, june] = [1_777_593_600_000, 1_780_272_000_000];

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

  it('are found by each spelling, with every passage that mentions them', async () => {
    const index = new PostgresDocumentIndex(database.pool);
    const scope = { namespace, limit: 10, filter: {}, signal };

    const found = await index.entitiesNamed(namespace, ['j. smith']);
    const passages = await index.mentioning([uuid], scope);

    expect(found.map((entity) => entity.uuid)).toEqual([uuid]);
    expect(passages).toHaveLength(3);
  });
});
