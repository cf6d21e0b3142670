import { storeAuditorContract } from '../store-auditor.contract.js';
import { MemoryStore, MemoryStoreAuditor, MemoryStoreWriter } from './index.js';

storeAuditorContract('memory', () => {
  const store = new MemoryStore();
  return Promise.resolve({
    auditor: new MemoryStoreAuditor('postgres', store, () => Date.now()),
    writer: new MemoryStoreWriter('postgres', store),
    close: () => Promise.resolve(),
  });
});
