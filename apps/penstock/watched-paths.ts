import { lstat, stat } from 'node:fs/promises';
import { isAbsolute, matchesGlob, normalize, relative, sep } from 'node:path';

import { PermanentFailure } from '#failure';

import { isHidden, isPattern, isUrl } from './expand-arguments.js';

/** A file or folder to be watched, and what below it is wanted. */
export interface WatchedPath {
  readonly root: string;
  /** Only what matches; everything that is not hidden, if left out. */
  readonly pattern?: string;
}

/**
 * Where a path or pattern is watched: a pattern at the folder before its first special character. What it matches may
 * come later. @throws PermanentFailure for anything but files and folders that are there.
 */
export async function watchedPath(given: string): Promise<WatchedPath> {
  if (isUrl(given)) throw new PermanentFailure(`${given} can't be watched`, { reason: 'bad-request' });
  const found = await stat(given).catch(() => undefined);
  if (found?.isDirectory() === true && (await lstat(given)).isSymbolicLink()) {
    const message = `${given} is a symbolic link; name the folder that it leads to`;
    throw new PermanentFailure(message, { reason: 'symbolic-link' });
  }
  if (found !== undefined) return { root: given };
  const pattern = normalize(given);
  const names = pattern.split(sep);
  const fixed = names.slice(0, names.findIndex(isPattern)).join(sep);
  const root = fixed === '' ? (isAbsolute(pattern) ? sep : '.') : fixed;
  const isThere = (await stat(root).catch(() => undefined)) !== undefined;
  if (isPattern(given) && isThere) return { root, pattern };
  throw new PermanentFailure(`no such file or folder: ${given}`, { reason: 'unreadable' });
}

/** Whether a file below a root is one of those that were asked for. */
export function isWanted(path: string, watched: readonly WatchedPath[]): boolean {
  return watched.some(({ root, pattern }) => {
    const inside = relative(root, path);
    if (inside === '..' || inside.startsWith(`..${sep}`)) return false;
    if (pattern === undefined) return !isHidden(inside);
    return matchesGlob(normalize(path), pattern);
  });
}

/** Whether nothing that is wanted can lie at or below a path, so that nobody looks there. */
export function isOutside(path: string, watched: readonly WatchedPath[]): boolean {
  return watched.every(({ root, pattern }) => {
    const inside = relative(root, path);
    return isHidden(inside) && (pattern === undefined || !isHidden(pattern));
  });
}
