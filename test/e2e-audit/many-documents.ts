import { createPlatform, type Platform } from '../../apps/platform.js';
import { makeStoreWriter } from '../../apps/stores.js';
import { loadConfig } from '#config';
import type { DocumentEmbedded } from '#events';
import { sparseTerms } from '#models';
import { storeNames, type IngestionRef, type StoreWriter } from '#stores/port';

import { anIngestion, receiptOf, ref } from '../builders/index.js';
import { stackEnvironment } from '../e2e/penstock-under-test.js';

const { signal } = new AbortController();
const together = 50;
const dimensions = 384;
const chunkCount = 4;
/** So much text that whoever kept it all would be found out. */
const chunkCharacters = 10_000;

const insertDocuments = `
INSERT INTO penstock.documents (namespace, document_id, last_version)
SELECT $1, d, 1 FROM unnest($2::text[]) d`;
const insertIngestions = `
INSERT INTO penstock.ingestions (ingestion_id, namespace, document_id, version, kind, status, stage, source, parts,
  parts_done, counts, stores, submitted_at, updated_at, settled_at, concluded_at)
SELECT i.id, $1, i.document, 1, 'ingestion', 'live', 'done', 'inline', 1, '[]', i.counts, '{}', now(), now(), now(), now()
FROM unnest($2::uuid[], $3::text[], $4::jsonb[]) AS i (id, document, counts)`;

/** Live documents that came by no pipeline: straight into the four stores by their writers, and into the ledger. */
export class ManyDocuments {
  private readonly platform: Platform;
  private readonly writers: readonly StoreWriter[];
  private readonly all: IngestionRef[] = [];

  constructor(private readonly namespace: string) {
    this.platform = createPlatform(loadConfig(stackEnvironment()), 'many-documents');
    this.writers = storeNames.map((store) => makeStoreWriter(this.platform, store));
  }

  async growTo(count: number): Promise<void> {
    while (this.all.length < count) {
      const from = this.all.length;
      const length = Math.min(together, count - from);
      const documents = Array.from({ length }, (_, i) => this.document(from + i + 1));
      await Promise.all(this.writers.map((writer) => makeLive(writer, documents)));
      await this.enter(documents);
    }
  }

  /** Takes them out again as a retraction does, so that other audits on these stores find nothing of them. */
  async close(): Promise<void> {
    for (let from = 0; from < this.all.length; from += together) {
      const documents = this.all.slice(from, from + together);
      await Promise.all(this.writers.map((writer) => writer.retract(documents, signal)));
    }
    for (const table of ['documents', 'ingestions']) {
      await this.platform.pool.query(`DELETE FROM penstock.${table} WHERE namespace = $1`, [this.namespace]);
    }
    await Promise.all(this.writers.map((writer) => writer.close()));
    await this.platform.pool.end();
  }

  private document(number: number): DocumentEmbedded[] {
    const documentId = `document ${number}`;
    const texts = Array.from({ length: chunkCount }, (_, seq) =>
      `${documentId}, passage ${seq}, says the same over and over. `.repeat(chunkCharacters / 50),
    );
    const builder = anIngestion({ namespace: this.namespace, documentId }).withChunks(chunkCount).withTexts(texts);
    const people = ['Ada Lovelace', `Person ${number}`];
    const parts = builder.withEntities(people).withFacts().withDimensions(dimensions).build();
    return parts.map((part) => ({ ...part, sparseTerms }));
  }

  private async enter(documents: readonly DocumentEmbedded[][]): Promise<void> {
    const refs = documents.map((parts) => ref(parts));
    this.all.push(...refs);
    const names = refs.map(({ documentId }) => documentId);
    const counts = documents.map((parts) => JSON.stringify(receiptOf(parts, 'postgres').counts));
    const ids = refs.map(({ ingestionId }) => ingestionId);
    await this.platform.pool.query(insertDocuments, [this.namespace, names]);
    await this.platform.pool.query(insertIngestions, [this.namespace, ids, names, counts]);
  }
}

async function makeLive(writer: StoreWriter, documents: readonly DocumentEmbedded[][]): Promise<void> {
  await writer.writePending({ parts: documents.flat(), receipts: [], signal });
  const promoted = await writer.promote(
    documents.map((parts) => ref(parts)),
    signal,
  );
  const dull = promoted.find(({ state }) => state !== 'live');
  if (dull !== undefined) throw new Error(`${writer.store} has a document that is ${dull.state}`);
}
