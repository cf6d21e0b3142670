import { existsSync, lstatSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { checkout } from './cache-folder.mjs';
import { contentHash } from './content-hash.mjs';
import { sayingItGoesOn } from './progress.mjs';
import { mustRun } from './run-command.mjs';
import { isStamped, writeWhole } from './stamp.mjs';

const modules = join(checkout, 'node_modules');
const stamp = join(modules, '.penstock-setup');

/** Step 1: the packages of package-lock.json, among them the Node that everything else runs on. */
export async function npmPackagesStep({ announce }) {
  const hash = contentHash(['package-lock.json', 'patches'], process.platform, process.arch);
  const skipped = isStamped(stamp, hash);
  if (!skipped) {
    announce('npm install');
    // Not `npm ci`: it refuses a lock file written where the registry lacks other platforms' optional packages. With
    // --no-save the lock file decides all the same and stays as it is. The CUDA build of the ONNX runtime is skipped
    // because it is fetched from outside npm and nothing here uses it.
    const env = { ONNXRUNTIME_NODE_INSTALL_CUDA: 'skip' };
    const flags = ['--no-save', '--include=dev', '--no-audit', '--no-fund'];
    await sayingItGoesOn('npm install', () => mustRun('npm', ['install', ...flags], { env }));
    writeWhole(stamp, hash);
  }
  linkPenstock();
  return { skipped };
}

/** npm links the commands of dependencies, not of the checkout itself; `npx penstock` looks here. */
function linkPenstock() {
  const link = join(modules, '.bin/penstock');
  if (existsSync(link) || lstatSync(link, { throwIfNoEntry: false })) return;
  symlinkSync('../../bin/penstock.mjs', link);
}
