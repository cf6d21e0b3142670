import neo4j, { type Driver } from 'neo4j-driver';

export interface Neo4jAddress {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

const connectionTimeoutMs = 5_000;
const acquisitionTimeoutMs = 15_000;
const idleCheckAfterMs = 10_000;
const poolSizeMax = 20;
/** For the schema statements; transactions of the writer have a retry of their own. */
const retryTimeMs = 5_000;

/** A driver that connects when first used. Integers come back as numbers: versions and counts are below 2^53. */
export function createNeo4jDriver({ url, user, password }: Neo4jAddress): Driver {
  return neo4j.driver(url, neo4j.auth.basic(user, password), {
    connectionTimeout: connectionTimeoutMs,
    connectionAcquisitionTimeout: acquisitionTimeoutMs,
    // A connection that idled may have been closed under us; asking first is cheaper than failing a batch.
    connectionLivenessCheckTimeout: idleCheckAfterMs,
    maxConnectionPoolSize: poolSizeMax,
    maxTransactionRetryTime: retryTimeMs,
    disableLosslessIntegers: true,
  });
}
