import { join } from 'node:path';

import { buildFolder } from './build-folder.mjs';
import { checkout } from './cache-folder.mjs';
import { contentHash } from './content-hash.mjs';
import { sayingItGoesOn } from './progress.mjs';
import { mustRun } from './run-command.mjs';

const requirements = 'stack/qdrant-front/requirements.txt';

/** Step 4: a virtual environment with the pinned packages of the vector store's front. */
export async function pythonStep({ installed, announce }) {
  const hash = contentHash([requirements], installed.systemPython, installed.pythonVersion);
  const { folder, skipped } = await buildFolder('python', hash, async (partial) => {
    announce('creating the virtual environment');
    await mustRun(installed.systemPython, ['-m', 'venv', partial]);
    announce(`installing ${requirements}`);
    await sayingItGoesOn('pip install', () =>
      mustRun(join(partial, 'bin/python'), [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--no-input',
        '--disable-pip-version-check',
        '-r',
        join(checkout, requirements),
      ]),
    );
  });
  return { skipped, python: join(folder, 'bin/python') };
}
