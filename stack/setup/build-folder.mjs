import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { cacheFolder } from './cache-folder.mjs';

/**
 * Fills `<cache>/<name>-<hash>` once. The work is done in a folder beside it that gets its name only when complete, so
 * a folder with the right name is a finished one, and a running stack that uses another version keeps its own.
 */
export async function buildFolder(name, hash, fill) {
  const folder = join(cacheFolder, `${name}-${hash}`);
  if (existsSync(folder)) return { folder, skipped: true };
  // A hash has no hyphen: `python-producer` is no leftover of `python`, and may be at work at this moment.
  const leftover = new RegExp(`^${name}-[^-]+\\.partial$`);
  for (const entry of readdirSync(cacheFolder)) {
    if (leftover.test(entry)) rmSync(join(cacheFolder, entry), { recursive: true, force: true });
  }
  const partial = `${folder}.partial`;
  mkdirSync(partial);
  await fill(partial);
  renameSync(partial, folder);
  return { folder, skipped: false };
}
