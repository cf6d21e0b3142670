export { DataVersions } from './data-versions.js';
export { PostgresDocumentIndex } from './document-index.js';
export { PostgresStoreAuditor } from './auditor.js';
export { PostgresPartsReader } from './parts-reader.js';
export { PostgresReader } from './reader.js';
export { citedAt } from './search-statements.js';
export { postgresStoreMigrations } from './schema.js';
export { PostgresStoreWriter } from './writer.js';
export type { AnnounceReceipts } from './writer.js';
