import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';

import { PermanentFailure } from '#failure';

import type { Embedding } from './mapping.js';
import { isMissing, isThere, qdrantFailure } from './qdrant-failure.js';
import type { Collections } from './session.js';

type FieldType = 'keyword' | 'integer' | 'bool';

/*
 * No operation may ask of an indexed field what it changes itself. A server flushes its indexes before the points they
 * are of: killed in between, it repeats its log, asks the index, finds that the point is changed already, and leaves it
 * as it was. So the state of a marker, which changes by compare-and-set, has no index.
 */
export const dataFields: Readonly<Record<string, FieldType>> = {
  namespace: 'keyword',
  document_id: 'keyword',
  ingestion_id: 'keyword',
  version: 'integer',
  live: 'bool',
};
/** What only searches ask for, and only of chunks. */
const searchFields: Readonly<Record<string, FieldType>> = {
  media_type: 'keyword',
  source: 'keyword',
  submitted_at: 'integer',
  metadata_terms: 'keyword',
};
export const stateFields: Readonly<Record<string, FieldType>> = {
  ...{ kind: 'keyword', document: 'keyword' },
  ...{ at: 'integer', touched_at: 'integer' },
};

/**
 * Creates what is missing and checks what is there; several processes may do it at once.
 * @throws PermanentFailure if a collection holds the vectors of another model.
 */
export async function prepareCollections(
  client: QdrantClient,
  collections: Collections,
  embedding: Embedding,
): Promise<void> {
  try {
    const fields = { [collections.documents]: dataFields, [collections.chunks]: { ...dataFields, ...searchFields } };
    for (const [name, indexed] of Object.entries(fields)) {
      await create(client, name, dataConfig(embedding), indexed);
      await check(client, name, embedding);
    }
    // A collection needs a vector; markers simply have none.
    await create(client, collections.state, { vectors: {}, sparse_vectors: { none: {} } }, stateFields);
    await removeIndex(client, collections.state, 'state');
  } catch (error) {
    throw qdrantFailure(error);
  }
}

function dataConfig({ embeddingModel, dimensions, sparseTerms = '' }: Embedding): Schemas['CreateCollection'] {
  return {
    vectors: { dense: { size: dimensions, distance: 'Cosine' } },
    sparse_vectors: { sparse: { modifier: 'idf' } },
    metadata: { embedding_model: embeddingModel, dimensions, sparse_terms: sparseTerms },
  };
}

async function create(
  client: QdrantClient,
  name: string,
  config: Schemas['CreateCollection'],
  fields: Readonly<Record<string, FieldType>>,
): Promise<void> {
  try {
    await client.getCollection(name);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await createUnlessThere(client, name, config);
  }
  // An index that is there already is left alone; the ones a crash kept from being made are made now.
  for (const [field, type] of Object.entries(fields)) {
    await client.createPayloadIndex(name, { field_name: field, field_schema: type, wait: true });
  }
}

/** Collections of before have one. */
async function removeIndex(client: QdrantClient, name: string, field: string): Promise<void> {
  const { payload_schema: indexed } = await client.getCollection(name);
  if (field in indexed) await client.deletePayloadIndex(name, field, { wait: true });
}

async function createUnlessThere(
  client: QdrantClient,
  name: string,
  config: Schemas['CreateCollection'],
): Promise<void> {
  try {
    // The client's own createCollection leaves the metadata out.
    await client.api().createCollection({ collection_name: name, ...config });
  } catch (error) {
    if (!isThere(error)) throw error;
  }
}

async function check(client: QdrantClient, name: string, embedding: Embedding): Promise<void> {
  const { embeddingModel, dimensions } = embedding;
  const { config } = await client.getCollection(name);
  const metadata = config.metadata as Record<string, unknown> | null | undefined;
  const vectors = config.params.vectors as Record<string, { size?: number }> | undefined;
  const size = vectors?.['dense']?.size;
  const model = metadata?.['embedding_model'];
  if (size === dimensions && model === embeddingModel) {
    requireTerms(name, metadata, embedding.sparseTerms ?? '');
    return;
  }
  const message =
    `Qdrant collection ${name} holds vectors of ${String(model ?? 'an unknown model')} ` +
    `with ${String(size ?? 'unknown')} dimensions, but the configured model is ${embeddingModel} with ${dimensions}. ` +
    'Set the model that filled the collection, or delete the collections and ingest again.';
  throw new PermanentFailure(message, { reason: 'embedding-mismatch' });
}

/**
 * @throws PermanentFailure if a collection's sparse vectors hold other terms than those that are written and asked for:
 * words would silently not be found.
 */
export function requireTerms(
  name: string,
  metadata: Readonly<Record<string, unknown>> | null | undefined,
  sparseTerms: string,
): void {
  const held = metadata?.['sparse_terms'] ?? '';
  if (held === sparseTerms) return;
  const message =
    `Qdrant collection ${name} holds sparse vectors with terms '${String(held)}', but '${sparseTerms}' are written and ` +
    'asked for now. Delete the collections and ingest again (the runbook says how), or run the version that filled them.';
  throw new PermanentFailure(message, { reason: 'terms-mismatch' });
}
