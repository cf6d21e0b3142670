export { RedisStoreAuditor } from './auditor.js';
export { documentCacheKeys } from './keys.js';
export { RedisDocumentCache } from './reader.js';
export { RedisAnswerCache } from './answer-cache.js';
export { RedisStoreWriter } from './writer.js';
export type { RedisStoreTimes } from './writer.js';
