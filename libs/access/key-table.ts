import type { Pool, PoolClient } from 'pg';

import { inTransaction, rowsOf } from '#database';
import { PermanentFailure } from '#failure';

import { apiKeyText, hashApiKey, newApiKey } from './api-key.js';
import type { Scope } from './scope.js';

/** A key as it is shown: everything but its secret. */
export interface ApiKeyInfo {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Null: all there are. */
  readonly namespaces: readonly string[] | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** The key whose place it took. */
  readonly rotatedFrom: string | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
}

type ApiKeyState = 'active' | 'revoked' | 'expired';

/** Whether a key is of use at that moment, or why not. */
export function apiKeyState({ revokedAt, expiresAt }: ApiKeyInfo, nowMs: number): ApiKeyState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt.getTime() <= nowMs ? 'expired' : 'active';
}

/** A key with what its secret is checked by. */
export type StoredApiKey = ApiKeyInfo & { readonly hash: Buffer };

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly namespaces: readonly string[] | null;
  readonly expiresAt: Date | null;
  /** Who makes it. */
  readonly by: string;
}

/** A key that was just made; its text is never shown again. */
export interface MadeApiKey extends ApiKeyInfo {
  readonly key: string;
}

const columns = `key_id AS "keyId", name, scopes, namespaces, created_at AS "createdAt", created_by AS "createdBy",
  expires_at AS "expiresAt", revoked_at AS "revokedAt", rotated_from AS "rotatedFrom", last_used_at AS "lastUsedAt"`;
const insert = `
INSERT INTO penstock.api_keys (key_id, name, hash, scopes, namespaces, created_by, expires_at, rotated_from)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${columns}`;
const selectAll = `SELECT ${columns} FROM penstock.api_keys ORDER BY created_at, key_id`;
const selectOne = `SELECT ${columns}, hash FROM penstock.api_keys WHERE key_id = $1`;
const lockOne = `SELECT ${columns} FROM penstock.api_keys WHERE key_id = $1 FOR UPDATE`;
const revokeOne = `
UPDATE penstock.api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE key_id = $1 RETURNING ${columns}`;
const endOne = `
UPDATE penstock.api_keys SET expires_at = least(expires_at, now() + $2 * interval '1 millisecond') WHERE key_id = $1`;
const touchOne = 'UPDATE penstock.api_keys SET last_used_at = now() WHERE key_id = $1';
const anyAtAll = 'SELECT EXISTS (SELECT FROM penstock.api_keys) AS "exist"';
const anyOfUse = `SELECT EXISTS (SELECT FROM penstock.api_keys
  WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())) AS "exist"`;

/** API keys in PostgreSQL. Every method throws TransientFailure if the database is away. */
export class ApiKeys {
  constructor(
    private readonly pool: Pool,
    /** See `hashApiKey`; all processes must have the same. */
    private readonly pepper: string,
  ) {}

  create(wanted: NewApiKey): Promise<MadeApiKey> {
    return inTransaction(this.pool, (client) => this.insert(client, wanted, null));
  }

  list(): Promise<ApiKeyInfo[]> {
    return rowsOf(this.pool, selectAll);
  }

  /**
   * Makes a key with the rights of another, which goes on for a while, so that its users can change over.
   * @throws PermanentFailure `not-found`, or `bad-request` for a key that is of no use any more.
   */
  rotate(keyId: string, { graceMs, by }: { readonly graceMs: number; readonly by: string }): Promise<MadeApiKey> {
    return inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<ApiKeyInfo>(lockOne, [keyId]);
      const [old] = rows;
      if (old === undefined) throw noSuchKey();
      if (apiKeyState(old, Date.now()) !== 'active') {
        throw new PermanentFailure('the key is revoked or expired; create another', { reason: 'bad-request' });
      }
      const { name, scopes, namespaces, expiresAt } = old;
      const made = await this.insert(client, { name, scopes, namespaces, expiresAt, by }, keyId);
      await client.query(endOne, [keyId, graceMs]);
      return made;
    });
  }

  /** Safe to say twice. @throws PermanentFailure `not-found`. */
  async revoke(keyId: string): Promise<ApiKeyInfo> {
    const [revoked] = await rowsOf<ApiKeyInfo>(this.pool, revokeOne, [keyId]);
    if (revoked === undefined) throw noSuchKey();
    return revoked;
  }

  async find(keyId: string): Promise<StoredApiKey | undefined> {
    return (await rowsOf<StoredApiKey>(this.pool, selectOne, [keyId]))[0];
  }

  async touch(keyId: string): Promise<void> {
    await rowsOf(this.pool, touchOne, [keyId]);
  }

  /** Whether there ever was a key; revoking the last one must not open the door again. */
  async everAny(): Promise<boolean> {
    return (await rowsOf<{ exist: boolean }>(this.pool, anyAtAll))[0]?.exist === true;
  }

  /** Whether anybody could come in with a key now. */
  async anyOfUse(): Promise<boolean> {
    return (await rowsOf<{ exist: boolean }>(this.pool, anyOfUse))[0]?.exist === true;
  }

  private async insert(client: PoolClient, wanted: NewApiKey, rotatedFrom: string | null): Promise<MadeApiKey> {
    const { name, scopes, namespaces, expiresAt, by } = wanted;
    const key = newApiKey();
    const hash = hashApiKey(key, this.pepper);
    const values = [key.keyId, name, hash, scopes, namespaces, by, expiresAt, rotatedFrom];
    const { rows } = await client.query<ApiKeyInfo>(insert, values);
    return { ...(rows[0] as ApiKeyInfo), key: apiKeyText(key) };
  }
}

function noSuchKey(): PermanentFailure {
  return new PermanentFailure('no such key; `penstock keys list` shows their ids', { reason: 'not-found' });
}
