export { migrate } from './migrate.js';
export type { Migration } from './migrate.js';
export { oneAtATime } from './one-at-a-time.js';
export { createPool } from './pool.js';
export { postgresFailure } from './postgres-failure.js';
export { rowsOf } from './rows-of.js';
export type { NamedStatement } from './rows-of.js';
export { inTransaction } from './transaction.js';
export { walledPool, withinNamespaces } from './walled-pool.js';
