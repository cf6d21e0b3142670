import { constants, type Stats } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';

import type { DocumentSubmitted } from '#events';
import { PermanentFailure, TransientFailure } from '#failure';

import { Source, type OpenedSource, type OpenLimits } from './source.js';

const permanentCodes = new Set(['ENOENT', 'EACCES', 'EPERM', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EISDIR', 'ENXIO']);

function fileFailure(error: unknown): Error {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? 'unknown error';
  const reason = 'unreadable';
  if (permanentCodes.has(code))
    return new PermanentFailure(`the file can't be read: ${code}`, { reason, cause: error });
  return new TransientFailure(`the file can't be read now: ${code}`, { reason, cause: error });
}

/** True if a real path lies in a folder; `..` is judged as a whole name, so a file called `..notes` is fine. */
function liesIn(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner !== '' && inner.split(sep, 1)[0] !== '..' && !isAbsolute(inner);
}

/** Regular files under the allowed folders. Links are followed first and judged by where they lead. */
export class LocalUpload extends Source {
  constructor(private readonly roots: readonly string[]) {
    super();
  }

  async open({ location }: DocumentSubmitted, { bytesMax }: OpenLimits): Promise<OpenedSource> {
    if (location === '' || location.includes('\0'))
      throw new PermanentFailure('no file is named', { reason: 'bad-location' });
    const roots = await Promise.all(this.roots.map((root) => realpath(root).catch(() => undefined)));
    const path = await realpath(location).catch((error: unknown) => error);
    const inRoots = (candidate: string): boolean => roots.some((root) => root !== undefined && liesIn(root, candidate));
    if (typeof path !== 'string') throw this.unresolved(location, path);
    if (!inRoots(path)) throw this.outside();
    return { stream: await this.openFile(path, bytesMax, inRoots) };
  }

  /** Outside the roots nobody learns whether a file exists. */
  private unresolved(location: string, error: unknown): Error {
    const mayKnow = isAbsolute(location) && this.roots.some((root) => liesIn(root, location));
    return mayKnow ? fileFailure(error) : this.outside();
  }

  private outside(): PermanentFailure {
    return new PermanentFailure('the path lies outside the folders allowed for ingestion', { reason: 'outside-roots' });
  }

  private async openFile(path: string, bytesMax: number, inRoots: (path: string) => boolean): Promise<Readable> {
    try {
      // Neither a link put there since the path was judged nor a pipe without a writer is waited for or followed.
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      try {
        const found = await file.stat();
        if (!found.isFile()) throw new PermanentFailure('not a regular file', { reason: 'unreadable' });
        if (!(await isAt(found, path, inRoots))) throw this.outside();
        if (found.size <= bytesMax) return file.createReadStream();
        throw new PermanentFailure(`the file is over ${bytesMax} bytes`, { reason: 'too-large' });
      } catch (error) {
        await file.close();
        throw error;
      }
    } catch (error) {
      throw error instanceof PermanentFailure ? error : fileFailure(error);
    }
  }
}

/**
 * Whether the file that was opened is the one that now lies at the path, inside the roots. A folder on the way that was
 * swapped for a link while the path was judged leads to another file than the one that was opened.
 */
async function isAt(opened: Stats, path: string, inRoots: (path: string) => boolean): Promise<boolean> {
  const real = await realpath(path);
  const { dev, ino } = await lstat(real);
  return inRoots(real) && dev === opened.dev && ino === opened.ino;
}
