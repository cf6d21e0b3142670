import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

import { checkout } from './cache-folder.mjs';

/** Hash of the names and contents of files and whole folders of the checkout; those that don't exist count as empty. */
export function contentHash(paths, ...more) {
  const hash = createHash('sha256');
  for (const path of paths) addTo(hash, join(checkout, path));
  for (const text of more) hash.update(`\0${text}`);
  return hash.digest('hex').slice(0, 16);
}

function addTo(hash, path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (stats.isDirectory()) {
    for (const name of readdirSync(path).sort()) addTo(hash, join(path, name));
    return;
  }
  hash.update(`\0${relative(checkout, path)}\0`).update(readFileSync(path));
}
