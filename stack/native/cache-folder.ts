import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where set-up put the programs, given the environment: PENSTOCK_CACHE or a default. The same rule as in
 * stack/setup/cache-folder.mjs, which runs before anything is built. Root's default isn't below its home, which
 * PostgreSQL's user may not enter.
 */
export function cacheFolderOf(environment: Readonly<Record<string, string | undefined>>): string {
  const chosen = environment['PENSTOCK_CACHE'];
  if (chosen) return resolve(chosen);
  if (process.getuid?.() === 0) return '/var/cache/penstock';
  return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'penstock');
}
