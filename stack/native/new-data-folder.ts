import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder for the data of a stack that a test starts; PostgreSQL's user may enter it. */
export function newDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-stack-'));
  chmodSync(folder, 0o755);
  return folder;
}
