import pg from 'pg';

/** int8 columns hold versions, offsets and counts below 2^53; numbers are what the rest of the code means. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

const connectionTimeoutMs = 5_000;
const statementTimeoutMs = 60_000;

export interface PoolOptions {
  readonly name: string;
  readonly max?: number;
  /** Whether statements of one connection are sent as they come, and not each when the one before is answered. */
  readonly pipeline?: boolean;
}

/** A connection pool whose sessions see the schema `penstock` first. Idle connections that break are replaced. */
export function createPool(url: string, options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: `penstock.${options.name}`,
    max: options.max ?? 4,
    pipeline: options.pipeline ?? false,
    connectionTimeoutMillis: connectionTimeoutMs,
    statement_timeout: statementTimeoutMs,
    // The server's own limit does not help when the connection to it is gone without a word.
    query_timeout: statementTimeoutMs + 5_000,
    keepAlive: true,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    options: '-c search_path=penstock,public',
    types,
  });
  // Without a listener an idle connection that breaks would end the process; the next query gets a new one.
  pool.on('error', () => undefined);
  // One that breaks while in use tells its query, and this listener, which has to exist for the same reason.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
