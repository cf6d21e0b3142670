export { Neo4jStoreAuditor } from './auditor.js';
export { createNeo4jDriver } from './driver.js';
export type { Neo4jAddress } from './driver.js';
export { Neo4jFactIndex } from './fact-index.js';
export { Neo4jStoreWriter } from './writer.js';
