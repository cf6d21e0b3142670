import { randomUUID } from 'node:crypto';

import { testStack } from '../../../test/services/addresses.js';
import { storeAuditorContract } from '../store-auditor.contract.js';
import { createQdrantClient, QdrantStoreAuditor, QdrantStoreWriter } from './index.js';

storeAuditorContract('qdrant', () => {
  const client = createQdrantClient({ url: testStack().qdrant });
  const prefix = `contract-${randomUUID()}`;
  const writer = new QdrantStoreWriter(client, { embeddingModel: 'hash/8', dimensions: 8, prefix });
  return Promise.resolve({
    auditor: new QdrantStoreAuditor(client, prefix),
    writer,
    close: async () => {
      for (const name of Object.values(writer.collections) as string[]) await client.deleteCollection(name);
    },
  });
});
