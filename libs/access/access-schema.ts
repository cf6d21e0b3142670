import type { Migration } from '#database';

/** Keys stay when they are revoked: who had them, and that there ever was one, must not be forgotten. */
const keys = `
CREATE TABLE penstock.api_keys (
  key_id text PRIMARY KEY,
  name text NOT NULL,
  hash bytea NOT NULL,
  scopes text[] NOT NULL,
  namespaces text[],
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  rotated_from text,
  last_used_at timestamptz
)`;

export const accessMigrations: readonly Migration[] = [{ name: '2026-11-28-api-keys', sql: keys }];
