export { documentCacheKeys } from './keys.js';
export { RedisDocumentCache } from './reader.js';
export type { CachedChunk, CachedDocument } from './mapping.js';
export { RedisStoreWriter } from './writer.js';
export type { RedisStoreTimes } from './writer.js';
