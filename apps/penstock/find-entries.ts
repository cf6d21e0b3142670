import { opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** Something in a folder; `path` begins as the folder's does. */
export interface FoundEntry {
  readonly path: string;
  readonly isFolder: boolean;
}

/**
 * All that lies below a folder, read as it is asked for. Links are not followed. What can't be read, or is no folder,
 * counts as empty.
 * @param isEntered whether what is in a folder is asked for too.
 */
export async function* findEntries(
  folder: string,
  isEntered: (path: string) => boolean,
): AsyncGenerator<FoundEntry, void, undefined> {
  const entries = await opendir(folder).catch(() => undefined);
  if (entries === undefined) return;
  for await (const entry of entries) {
    const path = join(folder, entry.name);
    yield { path, isFolder: entry.isDirectory() };
    if (entry.isDirectory() && isEntered(path)) yield* findEntries(path, isEntered);
  }
}
