import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { diskKeepers } from './fault-kinds.js';

/** More than any of them fills in a run of hours; memory is taken only for what is written. */
const size = '1500m';

/** Gives each service that keeps something a file system of its own, in memory, which can be filled. Needs root. */
export class Disks {
  private constructor(private readonly folders: readonly string[]) {}

  /** Before the services start. */
  static mount(dataFolder: string): Disks {
    const folders = diskKeepers.map((service) => join(dataFolder, service));
    for (const folder of folders) {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'penstock', folder]);
    }
    return new Disks(folders);
  }

  /** After the services stopped; what they kept is gone. */
  unmount(): void {
    for (const folder of this.folders) execFileSync('umount', [folder]);
  }
}
