import { delimiter, join } from 'node:path';

import { checkout } from './cache-folder.mjs';
import { contentHash } from './content-hash.mjs';
import { sayingItGoesOn } from './progress.mjs';
import { mustRun } from './run-command.mjs';
import { isStamped, writeWhole } from './stamp.mjs';

const code = ['apps', 'libs', 'stack/native', 'avro', 'patches'];
const tools = ['tsconfig.json', 'nest-cli.json', '.swcrc', 'rolldown.config.mjs', 'package.json', 'package-lock.json'];

/**
 * The last step: TypeScript to dist/, what its programs need into few files, and the console to dist/console. The stamp
 * lies in dist, which a build empties first: a build that fails leaves none.
 */
export async function buildStep({ announce }) {
  const hash = contentHash([...code, ...tools]);
  const stamp = join(checkout, 'dist/.penstock-setup');
  if (isStamped(stamp, hash)) return { skipped: true };
  await run('nest', ['build'], announce);
  await run('rolldown', ['-c'], announce);
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
