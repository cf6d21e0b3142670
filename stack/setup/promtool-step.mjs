import { renameSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { buildFolder } from './build-folder.mjs';
import { contentHash } from './content-hash.mjs';
import { findAptGet, findPromtool } from './find-programs.mjs';
import { sayingItGoesOn } from './progress.mjs';
import { mustRun, runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

const debianPackage = 'prometheus';
const why = 'please install promtool (https://prometheus.io/download), which checks the alert rules in the tests';

/** Step 7: the checker of alert rules. Of Debian's package only this program is kept; nothing is installed. */
export async function promtoolStep({ announce }) {
  const found = await findPromtool();
  if (found !== undefined) return { skipped: true, ...found };
  if (findAptGet() === undefined) throw new SetupError(why);
  const { folder, skipped } = await buildFolder('promtool', contentHash([], debianPackage), async (partial) => {
    announce(`fetching it from Debian's package ${debianPackage}`);
    await sayingItGoesOn('apt-get download', () => fetchPackage(partial));
    const [file] = readdirSync(partial).filter((name) => name.endsWith('.deb'));
    const unpacked = join(partial, 'unpacked');
    await mustRun('dpkg-deb', ['-x', join(partial, file), unpacked]);
    renameSync(join(unpacked, 'usr/bin/promtool'), join(partial, 'promtool'));
    rmSync(unpacked, { recursive: true, force: true });
    rmSync(join(partial, file), { force: true });
  });
  return { skipped, promtool: join(folder, 'promtool') };
}

/** A machine whose lists of packages are old, or that has none yet, asks for them anew. */
async function fetchPackage(folder) {
  const download = () => runCommand('apt-get', ['download', '-qq', debianPackage], { cwd: folder });
  if ((await download()).code === 0) return;
  await runCommand('apt-get', ['update', '-qq']);
  if ((await download()).code !== 0) throw new SetupError(why);
}
