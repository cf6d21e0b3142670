import { glob, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { PermanentFailure } from '#failure';

/** One document to submit. */
export interface Item {
  readonly kind: 'file' | 'url' | 'record';
  /** Path or URL; of a record the file it stands in. */
  readonly location: string;
  readonly documentId: string;
  /** The record as it is written. */
  readonly json?: string;
  readonly type?: string | undefined;
  /** Why a line of a file can't be submitted. */
  readonly problem?: PermanentFailure;
}

/**
 * Turns arguments into documents. A folder stands for all files below it, in name order, without hidden ones; so does a
 * pattern such as `notes/*.md` that the shell did not expand. A file's documentId is its path as given, with slashes.
 * @throws PermanentFailure if a path does not exist, or nothing matches a pattern.
 */
export async function expandArguments(given: readonly string[]): Promise<Item[]> {
  const items = new Map<string, Item>();
  for (const argument of given) {
    const found = isUrl(argument) ? [urlItem(argument)] : await expandPath(argument);
    for (const item of found) items.set(item.documentId, item);
  }
  return [...items.values()];
}

export function isUrl(argument: string): boolean {
  return /^https?:\/\//iu.test(argument);
}

export function fileItem(path: string): Item {
  return { kind: 'file', location: path, documentId: idOf(path) };
}

/** Whether a path leads through something hidden that was not asked for by name. */
export function isHidden(path: string): boolean {
  return path.split(sep).some((name) => name.startsWith('.') && name !== '.' && name !== '..');
}

function urlItem(url: string): Item {
  return { kind: 'url', location: url, documentId: url };
}

async function expandPath(path: string): Promise<Item[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined && /[*?{[]/u.test(path)) return expandPattern(path);
  if (found === undefined) throw new PermanentFailure(`no such file or folder: ${path}`, { reason: 'unreadable' });
  if (!found.isDirectory()) return [fileItem(path)];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !isHidden(relative(path, file)))
    .sort()
    .map(fileItem);
}

async function expandPattern(pattern: string): Promise<Item[]> {
  const files: string[] = [];
  for await (const entry of glob(pattern, { withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && (isHidden(pattern) || !isHidden(relative('', file)))) files.push(relative('', file));
  }
  if (files.length === 0) throw new PermanentFailure(`nothing matches ${pattern}`, { reason: 'unreadable' });
  return files.sort().map((file) => fileItem(pattern.startsWith(sep) ? join(process.cwd(), file) : file));
}

function idOf(path: string): string {
  return path
    .split(sep)
    .join('/')
    .replace(/^(\.\/)+/, '');
}
