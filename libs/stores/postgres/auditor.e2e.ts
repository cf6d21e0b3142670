import { storeAuditorContract } from '../store-auditor.contract.js';
import { freshDatabase } from './fresh-database.contract.js';
import { PostgresStoreAuditor, PostgresStoreWriter } from './index.js';

storeAuditorContract('postgres', async () => {
  const { pool, drop } = await freshDatabase();
  return {
    auditor: new PostgresStoreAuditor(pool),
    writer: new PostgresStoreWriter(pool, () => Promise.resolve()),
    close: drop,
  };
});
