import type { ClientBase } from 'pg';

import type { Admitted } from './admit.js';

/** What the API was asked before under an idempotency key. */
export interface KeyedRequest {
  readonly namespace: string;
  readonly key: string;
  /** Hash of what makes two requests the same. */
  readonly bodyHash: string;
}

export interface KeyedAnswer extends Admitted {
  readonly documentId: string;
}

/** `new`: nobody asked under this key before. `same`: it was answered before. `conflict`: it was, with another body. */
export type KeyOutcome =
  { readonly kind: 'new' } | { readonly kind: 'same'; readonly answer: KeyedAnswer } | { readonly kind: 'conflict' };

const insertKey = `
INSERT INTO penstock.idempotency_keys (namespace, key, body_hash, response) VALUES ($1, $2, $3, $4)
ON CONFLICT (namespace, key) DO NOTHING`;
const selectKey = `
SELECT body_hash, response FROM penstock.idempotency_keys WHERE namespace = $1 AND key = $2`;

/** What was answered under this key before, if anything was; asked before the work is done. */
export async function recallAnswer(client: ClientBase, request: KeyedRequest): Promise<KeyOutcome> {
  const { rows } = await client.query<{ body_hash: string; response: KeyedAnswer }>(selectKey, [
    request.namespace,
    request.key,
  ]);
  const [known] = rows;
  if (known === undefined) return { kind: 'new' };
  return known.body_hash === request.bodyHash ? { kind: 'same', answer: known.response } : { kind: 'conflict' };
}

/**
 * Keeps an answer in the transaction of the work it answers. Of two requests at once the second waits for the first and
 * is then told what the first one got; its caller rolls its own work back.
 */
export async function rememberAnswer(
  client: ClientBase,
  request: KeyedRequest,
  answer: KeyedAnswer,
): Promise<KeyOutcome> {
  const values = [request.namespace, request.key, request.bodyHash, JSON.stringify(answer)];
  const { rowCount } = await client.query(insertKey, values);
  return rowCount === 1 ? { kind: 'new' } : recallAnswer(client, request);
}
