import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';

import { PermanentFailure } from '#failure';

const run = promisify(execFile);

/**
 * Whom PostgreSQL runs as: it refuses root, so there it is the user that its package created. Undefined: the present
 * user.
 */
export async function postgresUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (flag) => (await run('id', [flag, 'postgres'])).stdout),
    );
    return { uid: Number(uid), gid: Number(gid) };
  } catch (cause) {
    const message = 'PostgreSQL does not run as root and there is no user postgres: create one, or run as another user';
    throw new PermanentFailure(message, { reason: 'no-postgres-user', cause });
  }
}

/**
 * Throws a PermanentFailure that names the folder on the way to `path` that keeps PostgreSQL's user out. For root only.
 */
export async function checkOpenToPostgres(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  for (let folder = resolve(path); folder !== dirname(folder); folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) !== 0) continue;
    throw new PermanentFailure(
      `PostgreSQL runs as the user postgres, which may not enter ${folder}, and its data are to go below it. ` +
        `Choose another folder or run: chmod o+x ${folder}`,
      { reason: 'folder-closed' },
    );
  }
}
