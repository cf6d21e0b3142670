export { QdrantStoreAuditor } from './auditor.js';
export { QdrantChunkReader } from './chunk-reader.js';
export { fuseByScore } from './fuse-by-score.js';
export { checkQdrant, createQdrantClient } from './client.js';
export type { QdrantAddress } from './client.js';
export { QdrantPassageIndex } from './passage-index.js';
export { PointLists } from './point-lists.js';
export { QdrantStoreWriter } from './writer.js';
export type { QdrantStoreOptions } from './writer.js';
