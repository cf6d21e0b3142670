import { lstatSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { escapes } from './archives.js';

/** Names that bad inputs give to files, in archives, attachments, links and uploads. */
const names = [
  ...Object.values(escapes),
  'x',
  'link',
  'x.txt',
  '../../etc/cron.d/x.txt',
  '..\\..\\x.txt',
  'CON',
  'aux.txt',
];

function seen(path: string): string {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat === undefined ? `${path}: nothing` : `${path}: ${stat.size} bytes of ${stat.mtimeMs}`;
}

/**
 * What lies where a name could lead to that is taken for a path: from the folder that bad inputs are kept in, those
 * above it, the one of the process, and the one for temporary files.
 */
export function surroundingsOf(folder: string): string[] {
  const places = [folder, dirname(folder), process.cwd(), tmpdir()];
  const reached = places.flatMap((place) => names.map((name) => resolve(place, name)));
  const beside = readdirSync(dirname(folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(dirname(folder), name))
    .filter((path) => !path.startsWith(folder));
  return [...new Set([...reached, ...beside])].sort().map(seen);
}
