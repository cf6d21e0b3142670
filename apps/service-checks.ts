import type { Pool } from 'pg';

import type { HealthCheck } from '#http';
import type { Staging } from '#pipeline/stager';

import { rolesOnStaging, type RoleName } from './roles.js';

/**
 * What has to answer before a process of these roles counts as ready, beside its consumers. A role that has nothing to
 * do with staged bytes runs where they can't be reached, such as in a container without their volume.
 */
export function serviceChecks(
  names: readonly RoleName[],
  { pool }: { readonly pool: Pick<Pool, 'query'> },
  staging: Pick<Staging, 'check'>,
): HealthCheck[] {
  const onStaging = names.some((name) => rolesOnStaging.includes(name));
  return [
    { name: 'postgres', check: async () => void (await pool.query('SELECT 1')) },
    ...(onStaging ? [{ name: 'staging', check: () => staging.check() }] : []),
  ];
}
