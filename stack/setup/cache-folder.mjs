import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { SetupError } from './setup-error.mjs';

/** The checkout this script belongs to. */
export const checkout = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '../..');

const isRoot = process.getuid?.() === 0;

/**
 * Where everything that isn't in git goes. Root's default isn't below its home, because PostgreSQL refuses to run as
 * root and the user it runs as instead cannot enter /root.
 */
export const cacheFolder = resolve(
  process.env.PENSTOCK_CACHE ||
    (isRoot ? '/var/cache/penstock' : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'penstock')),
);

/** Throws a SetupError naming the folder that keeps PostgreSQL's user out, if there is one. */
export function checkCacheIsOpenToPostgres() {
  if (!isRoot) return;
  for (let folder = cacheFolder; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) {
      throw new SetupError(
        `PENSTOCK_CACHE is ${cacheFolder}, but PostgreSQL runs as the user postgres, which may not enter ${folder}. ` +
          `Choose another folder or run: chmod o+x ${folder}`,
      );
    }
  }
}
