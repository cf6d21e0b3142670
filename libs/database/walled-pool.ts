import { AsyncLocalStorage } from 'node:async_hooks';

import pg, { type Pool, type QueryConfig, type QueryResult } from 'pg';

const bound = new AsyncLocalStorage<readonly string[]>();
/** Has rights to read what tenants may read, and rows of `penstock.namespaces` alone; see `rowSecurityMigrations`. */
const role = 'penstock_reader';
/** No namespace is called so; an empty list would be none at all to the views. */
const none = '-';

/** Runs work whose reads through a walled pool see nothing but these namespaces, whatever their statements say. */
export function withinNamespaces<T>(namespaces: readonly string[], work: () => T): T {
  return bound.run(namespaces, work);
}

/**
 * The same connections, whose `query` is held by row-level security to the namespaces of whoever is served, if that one
 * is bound to some. Role and namespaces are set for one transaction, so a connection goes back as it came. For reading:
 * writers take the pool itself.
 */
export function walledPool(pool: Pool): Pool {
  const query = (config: QueryConfig): Promise<QueryResult> => {
    const namespaces = bound.getStore();
    return namespaces === undefined ? pool.query(config) : queryWithin(pool, namespaces, config);
  };
  return Object.create(pool, { query: { value: query }, connect: { value: pool.connect.bind(pool) } }) as Pool;
}

/**
 * One round trip, if the pool sends statements as they come. What is read counts only if the wall stood before it and
 * the connection is free of it again.
 */
async function queryWithin(pool: Pool, namespaces: readonly string[], config: QueryConfig): Promise<QueryResult> {
  const list = pg.escapeLiteral(namespaces.length === 0 ? none : namespaces.join(','));
  const begin = `BEGIN READ ONLY; SET LOCAL ROLE ${role}; SET LOCAL penstock.namespaces = ${list}`;
  const client = await pool.connect();
  const [wall, read, end] = await Promise.allSettled([
    client.query(begin),
    client.query(config),
    // Rolls back if the read failed.
    client.query('COMMIT'),
  ]);
  const broken = [wall, end].find((one) => one.status === 'rejected');
  client.release(broken !== undefined);
  if (broken !== undefined) throw broken.reason;
  if (read.status === 'rejected') throw read.reason;
  return read.value;
}
