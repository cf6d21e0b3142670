import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

import type { StagingNotes } from './staging.js';

interface NotesFile {
  /** The bytes that the notes are about: of two writers at once, one may leave the bytes and the other the notes. */
  readonly sha256: string;
  readonly notes: StagingNotes;
}

/** Leaves notes beside staged bytes; readers see all of them or none. Driver errors come as they are. */
export async function writeNotes(path: string, sha256: string, notes: StagingNotes): Promise<void> {
  if (Object.keys(notes).length === 0) return;
  const partial = `${path.slice(0, -'.notes'.length)}.${randomUUID()}.part`;
  await writeFile(partial, JSON.stringify({ sha256, notes } satisfies NotesFile), { mode: 0o600, flush: true });
  await rename(partial, path);
}

/** The notes about these very bytes; none if there are none. Driver errors come as they are. */
export async function readNotes(path: string, sha256: string): Promise<StagingNotes> {
  try {
    const file = JSON.parse(await readFile(path, 'utf8')) as NotesFile;
    return file.sha256 === sha256 ? file.notes : {};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
