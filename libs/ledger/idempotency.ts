import type { ClientBase } from 'pg';

export interface IdempotencyKey {
  readonly namespace: string;
  readonly key: string;
}

export interface KeptResponse {
  readonly bodyHash: string;
  readonly response: unknown;
}

const lockKey = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';
const selectKept = `
SELECT body_hash AS "bodyHash", response FROM penstock.idempotency_keys WHERE namespace = $1 AND key = $2`;
const insertKept = `
INSERT INTO penstock.idempotency_keys (namespace, key, body_hash, response) VALUES ($1, $2, $3, $4::jsonb)`;

/**
 * What was answered under this key before, or nothing. Equal requests at the same time wait for one another until the
 * transaction ends, so that only the first is accepted. Driver errors as they come.
 */
export async function readIdempotentResponse(client: ClientBase, { namespace, key }: IdempotencyKey): Promise<KeptResponse | undefined> {
  await client.query(lockKey, [`${namespace}/${key}`]);
  const { rows } = await client.query<KeptResponse>(selectKept, [namespace, key]);
  return rows[0];
}

/** Keeps an answer in the transaction of what it answers. Driver errors as they come. */
export async function keepIdempotentResponse(client: ClientBase, kept: IdempotencyKey & KeptResponse): Promise<void> {
  await client.query(insertKept, [kept.namespace, kept.key, kept.bodyHash, JSON.stringify(kept.response)]);
}
