import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { cacheFolderOf, readInstalled } from '#stack';

const run = promisify(execFile);
const [requirements, script] = ['requirements.txt', 'write_int8.py'].map((name) =>
  fileURLToPath(new URL(`int8/${name}`, import.meta.url)),
) as [string, string];

/**
 * Measures a copy of a sentence model whose weights are int8. The copy is gone afterwards, and so is what it takes to
 * write it, which pip fetches.
 */
export async function withInt8Copy(folder: string, measure: (copy: string) => Promise<void>): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'penstock-int8-'));
  try {
    const [tools, copy] = [join(work, 'tools'), join(work, 'model')];
    const python = join(tools, 'bin/python');
    await run(readInstalled(cacheFolderOf(process.env)).python, ['-m', 'venv', tools]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--no-deps', '-r'];
    await run(python, [...pip, requirements]);
    await run(python, [script, folder, copy]);
    await measure(copy);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
