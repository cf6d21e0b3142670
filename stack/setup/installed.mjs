import { join } from 'node:path';

import { cacheFolder } from './cache-folder.mjs';
import { writeWhole } from './stamp.mjs';

/** Tells the native stack (stack/native/installed.ts reads it) where this set-up found or put each program. */
export function writeInstalled(installed) {
  writeWhole(join(cacheFolder, 'installed.json'), `${JSON.stringify(installed, undefined, 2)}\n`);
}
