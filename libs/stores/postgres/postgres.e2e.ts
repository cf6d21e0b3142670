import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';

import type { StoreWritten } from '#events';
import { PermanentFailure, TransientFailure } from '#failure';

import { anIngestion, receiptOf, ref } from '../../../test/builders/index.js';
import { storeWriterContract, type LiveView } from '../store-writer.contract.js';
import { freshDatabase } from './fresh-database.contract.js';
import { PostgresDocumentIndex, PostgresReader, PostgresStoreWriter } from './index.js';

const dataTables = [
  ...['store_chunks', 'store_entities', 'store_mentions', 'store_facts', 'store_records', 'store_entity_links'],
  'store_name_claims',
];
const announceNothing = (): Promise<void> => Promise.resolve();

async function liveView(pool: Pool, namespace: string): Promise<LiveView> {
  const documents = await pool.query<{ documentId: string; ingestionId: string; chunkTexts: string[] }>(
    `SELECT document_id AS "documentId", ingestion_id AS "ingestionId",
       ARRAY(SELECT text FROM live_chunks c WHERE c.ingestion_id = d.ingestion_id ORDER BY seq) AS "chunkTexts"
     FROM live_documents d WHERE namespace = $1`,
    [namespace],
  );
  const entities = await pool.query<{ name: string }>('SELECT name FROM live_entities WHERE namespace = $1', [
    namespace,
  ]);
  const facts = await pool.query<{ fact: string }>('SELECT fact FROM live_facts WHERE namespace = $1', [namespace]);
  return {
    documents: documents.rows,
    entities: entities.rows.map(({ name }) => name),
    facts: facts.rows.map(({ fact }) => fact),
  };
}

async function everything(pool: Pool): Promise<unknown> {
  const tables: Record<string, unknown> = {};
  for (const table of dataTables) {
    tables[table] = (await pool.query(`SELECT * FROM ${table} t ORDER BY t::text`)).rows;
  }
  const held = `SELECT * FROM store_ingestions WHERE state IN ('pending', 'live') OR title IS NOT NULL ORDER BY ingestion_id`;
  return { ...tables, ingestions: (await pool.query(held)).rows };
}

storeWriterContract('postgres', async () => {
  const { pool, drop } = await freshDatabase();
  return {
    writer: new PostgresStoreWriter(pool, announceNothing),
    live: (namespace) => liveView(pool, namespace),
    everything: () => everything(pool),
    close: drop,
  };
});

describe('the PostgreSQL store', () => {
  const { signal } = new AbortController();
  const announced: StoreWritten[] = [];
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let writer: PostgresStoreWriter;

  beforeAll(async () => {
    database = await freshDatabase();
    writer = new PostgresStoreWriter(database.pool, (_client, receipts) => {
      announced.push(...receipts);
      return Promise.resolve();
    });
    await writer.prepare();
  });

  afterAll(() => database.drop());

  it('can be prepared again', async () => {
    await expect(writer.prepare()).resolves.toBeUndefined();
  });

  it('announces the receipts of what it stored and of nothing that a tombstone refused', async () => {
    const good = anIngestion({ documentId: 'good' }).build();
    const undone = anIngestion({ documentId: 'undone' }).build();
    await writer.compensate([ref(undone)], signal);
    const receipts = [receiptOf(good, 'postgres'), receiptOf(undone, 'postgres')];

    const result = await writer.writePending({ parts: [...good, ...undone], receipts, signal });

    expect(result.receiptsAnnounced).toBe(true);
    expect(announced).toEqual(receipts.slice(0, 1));
  });

  it('stores nothing when the receipts cannot be announced', async () => {
    const failing = new PostgresStoreWriter(database.pool, () =>
      Promise.reject(new TransientFailure('outbox is full')),
    );
    const parts = anIngestion({ documentId: 'unannounced' }).build();

    const write = failing.writePending({ parts, receipts: [receiptOf(parts, 'postgres')], signal });

    await expect(write).rejects.toThrow('outbox is full');
    expect(await writer.states([ref(parts)], signal)).toEqual([undefined]);
  });

  it('stores nothing and asks for another try when the connection breaks in the middle of a write', async () => {
    const breaking = new PostgresStoreWriter(database.pool, async (client) => {
      await client.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    const parts = anIngestion({ documentId: 'broken' }).build();
    const batch = { parts, receipts: [receiptOf(parts, 'postgres')], signal };

    await expect(breaking.writePending(batch)).rejects.toBeInstanceOf(TransientFailure);

    expect((await writer.writePending(batch)).outcomes).toEqual(['pending']);
  });

  it('refuses NUL in a text and in a record for good, and stores nothing of the batch', async () => {
    const neighbour = anIngestion({ documentId: 'neighbour' }).build();
    const inText = anIngestion({ documentId: 'nul-text' }).withTexts(['a\u0000b']).build();
    const inRecord = anIngestion({ documentId: 'nul-record' }).withRecord('{"a":"\\u0000"}').build();

    for (const parts of [inText, inRecord]) {
      const write = writer.writePending({ parts: [...neighbour, ...parts], receipts: [], signal });
      await expect(write).rejects.toBeInstanceOf(PermanentFailure);
    }
    expect(await writer.states([ref(neighbour)], signal)).toEqual([undefined]);
  });

  it('counts what a compensation removes', async () => {
    const parts = anIngestion({ documentId: 'counted' })
      .withParts(2)
      .withEntities(['Ada', 'Grace'])
      .withFacts()
      .build();
    await writer.writePending({ parts, receipts: [], signal });

    const [result] = await writer.compensate([ref(parts)], signal);

    expect(result?.removed).toEqual(receiptOf(parts, 'postgres').counts);
  });

  it('shows the columns of the contract', async () => {
    const builder = anIngestion({ namespace: 'columns' }).withEntities(['Ada', 'Grace']).withFacts();
    const parts = builder.withRecord('{"price": {"amount": 12.50}}').build();
    await writer.writePending({ parts, receipts: [], signal });
    await writer.promote([ref(parts)], signal);
    const first = async (view: string): Promise<unknown> =>
      (await database.pool.query(`SELECT * FROM ${view} v WHERE namespace = 'columns' ORDER BY v LIMIT 1`)).rows[0];

    expect(await first('live_documents')).toMatchObject({ version: 1, metadata: { team: 'docs' }, chunk_count: 2 });
    expect(await first('live_chunks')).toMatchObject({ seq: 0, heading_path: ['Handbook', 'Section 0'] });
    expect(await first('live_entities')).toMatchObject({ type: 'Person' });
    expect(await first('live_mentions')).toMatchObject({ seq: 0, document_id: 'handbook' });
    expect(await first('live_facts')).toMatchObject({ relation: 'WORKS_WITH', invalid_at: null });
    expect(await first('live_records')).toMatchObject({ record: { price: { amount: 12.5 } } });
  });

  it('answers every question by what is live, and none by what is pending or retracted', async () => {
    const index = new PostgresDocumentIndex(database.pool);
    const parts = anIngestion({ namespace: 'asked' }).withEntities(['Ada', 'Grace']).withFacts().build();
    const entities = parts.flatMap((part) => part.entities.map(({ uuid }) => uuid));
    const facts = parts.flatMap((part) => part.facts.map(({ uuid }) => uuid));
    const scope = { namespace: 'asked', filter: {}, limit: 10, signal };
    const isAnswered = async (): Promise<boolean[]> => {
      const answers = await Promise.all([
        ...[index.stating(facts, scope), index.mentioning(entities, scope), index.entitiesNamed('asked', ['ada'])],
        ...[index.matching([], { ...scope, offset: 0 }), index.stated(facts, scope).then((some) => [...some])],
        index.cited([{ ...ref(parts), seq: 0 }]).then((some) => [...some]),
      ]);
      return answers.map(({ length }) => length > 0);
    };

    await writer.writePending({ parts, receipts: [], signal });
    const pending = await isAnswered();
    await writer.promote([ref(parts)], signal);
    const live = await isAnswered();
    await writer.retract([ref(parts)], signal);

    const [never, always] = [false, true].map((is) => Array.from({ length: 6 }, () => is));
    expect([pending, live, await isAnswered()]).toEqual([never, always, never]);
  });

  it('reads a live document with its chunks, and none that is pending', async () => {
    const reader = new PostgresReader(database.pool);
    const parts = anIngestion({ namespace: 'read' }).withParts(2).build();
    await writer.writePending({ parts, receipts: [], signal });
    expect(await reader.document(ref(parts))).toBeUndefined();

    await writer.promote([ref(parts)], signal);

    const document = await reader.document(ref(parts));
    expect(document).toMatchObject({ ...ref(parts), title: 'Title of handbook', chunkCount: 4 });
    expect(document?.chunks.map(({ text }) => text)).toEqual(
      parts.flatMap(({ chunks }) => chunks.map(({ text }) => text)),
    );
  });
});
