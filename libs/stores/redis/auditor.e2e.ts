import { Redis } from 'ioredis';

import { testStack } from '../../../test/services/addresses.js';
import { storeAuditorContract } from '../store-auditor.contract.js';
import { RedisStoreAuditor, RedisStoreWriter } from './index.js';

const hourMs = 3_600_000;
const times = { ttlMs: hourMs, pendingTtlMs: 25 * hourMs, tombstoneTtlMs: 720 * hourMs };

storeAuditorContract('redis', async () => {
  const redis = new Redis(testStack().redis, { db: 11 });
  await redis.flushdb();
  return {
    auditor: new RedisStoreAuditor(redis, times),
    writer: new RedisStoreWriter(redis, times),
    close: () => Promise.resolve(),
  };
});
