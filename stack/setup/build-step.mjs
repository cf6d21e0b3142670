import { delimiter, join } from 'node:path';

import { checkout } from './cache-folder.mjs';
import { contentHash } from './content-hash.mjs';
import { sayingItGoesOn } from './progress.mjs';
import { mustRun } from './run-command.mjs';
import { isStamped, writeWhole } from './stamp.mjs';

const sources = ['apps', 'libs', 'stack/native', 'avro', 'tsconfig.json', 'nest-cli.json', '.swcrc', 'package.json'];

/** Step 6: TypeScript to dist/. The stamp lies in dist, which a build empties first: a build that fails leaves none. */
export async function buildStep({ announce }) {
  const hash = contentHash([...sources, 'package-lock.json']);
  const stamp = join(checkout, 'dist/.penstock-setup');
  if (isStamped(stamp, hash)) return { skipped: true };
  announce('nest build');
  const commands = join(checkout, 'node_modules/.bin');
  const env = { PATH: `${commands}${delimiter}${process.env.PATH}` };
  await sayingItGoesOn('nest build', () => mustRun(join(commands, 'nest'), ['build'], { env }));
  writeWhole(stamp, hash);
  return { skipped: false };
}
