import { setTimeout as pause } from 'node:timers/promises';

import type { QdrantClient } from '@qdrant/js-client-rest';

import type { DocumentEmbedded } from '#events';
import { classify } from '#failure';
import { HashEmbeddingModel } from '#models';
import { embeddedPart, textsToEmbed } from '#pipeline/embedder';
import type { StoreWriter } from '#stores/port';

import { chunksPerDocument, documentParts } from './corpus.js';

const documentsPerBatch = 5;
const triesMax = 10;
const retryMs = 2_000;
const chunksCollection = 'penstock_chunks';
const indexPollMs = 2_000;
const indexStillPolls = 4;
const indexPollsMax = 150;

/**
 * Writes the corpus by the stores' own writers and makes it live, without Kafka between them. The next batch is made
 * while the stores write one.
 */
export async function loadCorpus(
  writers: readonly StoreWriter[],
  { chunks, dimensions }: { readonly chunks: number; readonly dimensions: number },
  onProgress: (done: number) => void,
): Promise<void> {
  const model = new HashEmbeddingModel(dimensions);
  const { signal } = new AbortController();
  const documents = Math.ceil(chunks / chunksPerDocument);
  await Promise.all(writers.map((writer) => writer.prepare()));
  let made = makeBatch(model, 0, documents);
  for (let first = 0; first < documents; first += documentsPerBatch) {
    const parts = await made;
    made = makeBatch(model, first + documentsPerBatch, documents);
    const heads = parts.filter(({ part }) => part === 1);
    await Promise.all(
      writers.map(async (writer) => {
        await insisting(() => writer.writePending({ parts, receipts: [], signal }));
        await insisting(() => writer.promote(heads, signal));
      }),
    );
    onProgress(Math.min(first + documentsPerBatch, documents) * chunksPerDocument);
  }
}

/** The parts of so many documents as the embedder would publish them; none behind the last. */
async function makeBatch(model: HashEmbeddingModel, first: number, documents: number): Promise<DocumentEmbedded[]> {
  const { signal } = new AbortController();
  const count = Math.max(0, Math.min(documentsPerBatch, documents - first));
  const parts: DocumentEmbedded[] = [];
  for (const part of Array.from({ length: count }, (_, at) => first + at).flatMap(documentParts)) {
    const embedding = await model.embed(textsToEmbed(part), { signal });
    const identity = { model: model.id, dimensions: model.dimensions, embeddedAt: part.extractedAt };
    parts.push(embeddedPart(part, embedding, identity));
  }
  return parts;
}

/** Every verb of a writer may be run again; a store that is busy is given time, as the consumer loop does. */
async function insisting(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (classify(error).kind !== 'transient' || tries === triesMax) throw error;
      await pause(retryMs);
    }
  }
}

/** Waits until the vectors are indexed and stay so; what is asked before that measures the indexing. */
export async function awaitIndexed(client: QdrantClient): Promise<number> {
  let indexed = -1;
  for (let still = 0, polls = 0; still < indexStillPolls && polls < indexPollsMax; polls += 1) {
    const { indexed_vectors_count: count } = await client.getCollection(chunksCollection);
    still = count === indexed ? still + 1 : 0;
    indexed = count ?? 0;
    await pause(indexPollMs);
  }
  return indexed;
}
