import { findAptGet, findChromium } from './find-programs.mjs';
import { installDebianPackages } from './install-debian-packages.mjs';
import { SetupError } from './setup-error.mjs';

/** A page without any font is a page of boxes. */
const packages = ['chromium', 'fonts-dejavu-core'];

/**
 * Step 9: the browser that the console is tested in. It is large and of no use to anyone who only runs Penstock, so it
 * is installed where tests are about to run, and else only looked for.
 */
export async function chromiumStep({ announce }) {
  const found = await findChromium();
  if (found !== undefined || !process.argv.includes('--for-tests')) return { skipped: true, ...found };
  if (process.getuid?.() !== 0 || findAptGet() === undefined) throw new SetupError(why());
  announce(`installing ${packages.join(' ')}`);
  await installDebianPackages(packages, announce);
  const installed = await findChromium();
  if (installed === undefined) throw new SetupError(why());
  return { skipped: false, ...installed };
}

function why() {
  return `please install Chromium, which the console is tested in (Debian: sudo apt-get install ${packages.join(' ')})`;
}
