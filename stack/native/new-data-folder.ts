import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * An empty folder for the data of a stack that a test starts. PostgreSQL runs as another user where root starts it, who
 * has to reach its own folder below this one; what root calls its folder for temporary files may keep that user out.
 */
export function newDataFolder(name: string): string {
  const folder = mkdtempSync(join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), `penstock-${name}-`));
  chmodSync(folder, 0o755);
  return folder;
}
