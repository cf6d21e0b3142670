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

/** Who did what, and what came of it: `outcome` is null while it is under way, and for ever if its process died. */
const acts = `
CREATE TABLE penstock.admin_acts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  actor_name text NOT NULL,
  act text NOT NULL,
  namespace text,
  subject text NOT NULL,
  outcome text
);
CREATE INDEX admin_acts_namespace ON penstock.admin_acts (namespace, id)`;

export const accessMigrations: readonly Migration[] = [
  { name: '2026-11-28-api-keys', sql: keys },
  { name: '2026-11-28-admin-acts', sql: acts },
];
