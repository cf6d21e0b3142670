import { delimiter, join } from 'node:path';

import { checkout } from './cache-folder.mjs';
import { contentHash } from './content-hash.mjs';
import { sayingItGoesOn } from './progress.mjs';
import { mustRun } from './run-command.mjs';
import { isStamped, writeWhole } from './stamp.mjs';

const sources = ['apps', 'libs', 'stack/native', 'avro', 'tsconfig.json', 'nest-cli.json', '.swcrc', 'package.json'];

/**
 * The last step: TypeScript to dist/, and the console to dist/console. The stamp lies in dist, which a build empties
 * first: a build that fails leaves none.
 */
export async function buildStep({ announce }) {
  const hash = contentHash([...sources, 'package-lock.json']);
  const stamp = join(checkout, 'dist/.penstock-setup');
  if (isStamped(stamp, hash)) return { skipped: true };
  await run('nest', ['build'], announce);
  await run('vite', ['build', 'apps/console', '--logLevel', 'warn'], announce);
  writeWhole(stamp, hash);
  return { skipped: false };
}

async function run(command, args, announce) {
  const commands = join(checkout, 'node_modules/.bin');
  const env = { PATH: `${commands}${delimiter}${process.env.PATH}` };
  announce(`${command} build`);
  await sayingItGoesOn(`${command} build`, () => mustRun(join(commands, command), args, { env }));
}
