import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { PermanentFailure } from '#failure';

/** One document to submit. */
export interface Item {
  readonly kind: 'file' | 'url';
  readonly location: string;
  readonly documentId: string;
}

/**
 * Turns arguments into documents. A folder stands for all files below it, in name order, hidden ones left out; a file's
 * documentId is its path as given, with slashes.
 * @throws PermanentFailure if a path does not exist.
 */
export async function expandArguments(given: readonly string[]): Promise<Item[]> {
  const items: Item[] = [];
  for (const argument of given) {
    if (/^https?:\/\//i.test(argument)) items.push({ kind: 'url', location: argument, documentId: argument });
    else items.push(...(await expandPath(argument)));
  }
  return items;
}

async function expandPath(path: string): Promise<Item[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new PermanentFailure(`no such file or folder: ${path}`, { reason: 'unreadable' });
  if (!found.isDirectory()) return [{ kind: 'file', location: path, documentId: idOf(path) }];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !relative(path, file)
          .split(sep)
          .some((name) => name.startsWith('.')),
    )
    .sort()
    .map((file) => ({ kind: 'file', location: file, documentId: idOf(file) }));
}

function idOf(path: string): string {
  return path
    .split(sep)
    .join('/')
    .replace(/^(\.\/)+/, '');
}
