import type { Dirent } from 'node:fs';
import { glob, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { PermanentFailure } from '#failure';

/** One document to submit, or what is passed over where documents were looked for. */
export interface Item {
  readonly kind: 'file' | 'url' | 'record' | 'skipped';
  /** Path or URL; of a record the file it stands in. */
  readonly location: string;
  readonly documentId: string;
  /** The record as it is written. */
  readonly json?: string;
  readonly type?: string | undefined;
  /** Why a line of a file can't be submitted, or why something is passed over. */
  readonly problem?: PermanentFailure;
}

/** What arguments stand for. */
export interface Expanded {
  readonly items: Item[];
  /** How many hidden files in folders were left out, because nobody named them. */
  readonly hidden: number;
}

interface Found {
  readonly items: readonly Item[];
  readonly hidden: readonly Item[];
}

/**
 * Turns arguments into documents. A folder stands for all files below it, in name order, without hidden ones; so does a
 * pattern such as `notes/*.md` that the shell did not expand. A file's documentId is its path as given, with slashes.
 * Links are followed where they are given by name, and nowhere else: they could lead out of the folder, or in a circle.
 * @throws PermanentFailure if a path does not exist, nothing matches a pattern, or nothing is in a folder.
 */
export async function expandArguments(given: readonly string[]): Promise<Expanded> {
  const items = new Map<string, Item>();
  const hidden = new Set<string>();
  for (const argument of given) {
    const found = isUrl(argument) ? { items: [urlItem(argument)], hidden: [] } : await expandPath(argument);
    for (const item of found.items) items.set(item.documentId, item);
    for (const { documentId } of found.hidden) hidden.add(documentId);
  }
  return { items: [...items.values()], hidden: [...hidden].filter((id) => !items.has(id)).length };
}

/**
 * Files of records: patterns stand for the files that match, everything else for itself.
 * @throws PermanentFailure if no file matches a pattern.
 */
export async function recordFiles(given: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    given.map(async (path) => {
      if (!isPattern(path) || (await stat(path).catch(() => undefined)) !== undefined) return [path];
      const files = (await expandPattern(path)).filter(({ kind }) => kind === 'file');
      if (files.length === 0) throw nothing(`no file matches ${path}`);
      return files.map(({ location }) => location);
    }),
  );
  return [...new Set(found.flat())];
}

export function isUrl(argument: string): boolean {
  return /^https?:\/\//iu.test(argument);
}

export function fileItem(path: string): Item {
  return { kind: 'file', location: path, documentId: idOf(path) };
}

/** Whether a path that is not there is a pattern. */
export function isPattern(path: string): boolean {
  return /[*?{[]/u.test(path);
}

/** Something that is no file, in place of one: said rather than passed over in silence. */
export function skippedItem(path: string, isLink: boolean): Item {
  const problem = isLink
    ? new PermanentFailure('a symbolic link, which is not followed', { reason: 'symbolic-link' })
    : new PermanentFailure('neither a file nor a folder', { reason: 'unsupported' });
  return { kind: 'skipped', location: path, documentId: idOf(path), problem };
}

/** Whether a path leads through something hidden that was not asked for by name. */
export function isHidden(path: string): boolean {
  return path.split(sep).some((name) => name.startsWith('.') && name !== '.' && name !== '..');
}

function urlItem(url: string): Item {
  return { kind: 'url', location: url, documentId: url };
}

async function expandPath(path: string): Promise<Found> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined && isPattern(path)) return { items: await expandPattern(path), hidden: [] };
  if (found === undefined) throw nothing(`no such file or folder: ${path}`);
  if (!found.isDirectory()) return { items: [fileItem(path)], hidden: [] };
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const all = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => itemOf(entry, join(entry.parentPath, entry.name)));
  const isLeftOut = ({ location }: Item): boolean => isHidden(relative(path, location));
  const [items, hidden] = [all.filter((item) => !isLeftOut(item)).sort(byLocation), all.filter(isLeftOut)];
  if (items.length > 0) return { items, hidden };
  throw nothing(`no files in ${path}${hidden.length === 0 ? '' : `, but ${describeHidden(hidden.length)}`}`);
}

/** Said once of all hidden files, which have no line of their own. */
export function describeHidden(count: number): string {
  return `${count} hidden ${count === 1 ? 'file' : 'files'} left out`;
}

function nothing(message: string): PermanentFailure {
  return new PermanentFailure(message, { reason: 'unreadable' });
}

function itemOf(entry: Dirent, path: string): Item {
  return entry.isFile() ? fileItem(path) : skippedItem(path, entry.isSymbolicLink());
}

function byLocation(a: Item, b: Item): number {
  return a.location < b.location ? -1 : 1;
}

async function expandPattern(pattern: string): Promise<Item[]> {
  const items: Item[] = [];
  for await (const entry of glob(pattern, { withFileTypes: true })) {
    const file = relative('', join(entry.parentPath, entry.name));
    if (entry.isDirectory() || (isHidden(file) && !isHidden(pattern))) continue;
    items.push(itemOf(entry, pattern.startsWith(sep) ? join(process.cwd(), file) : file));
  }
  if (items.length === 0) throw nothing(`nothing matches ${pattern}`);
  return items.sort(byLocation);
}

function idOf(path: string): string {
  return path
    .split(sep)
    .join('/')
    .replace(/^(\.\/)+/, '');
}
