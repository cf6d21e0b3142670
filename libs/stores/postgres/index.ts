export { PostgresReader } from './reader.js';
export { postgresStoreMigrations } from './schema.js';
export { PostgresStoreWriter } from './writer.js';
export type { AnnounceReceipts } from './writer.js';
