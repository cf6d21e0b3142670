import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { spawnWorker } from './spawn-worker.js';

const memoryBytesMax = 512 * 1024 * 1024;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-installed-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

async function aPackage(path: string, name: string): Promise<void> {
  await write(`${path}/package.json`, JSON.stringify({ name, type: 'module', exports: './index.js' }));
  await write(`${path}/index.js`, `export default '${name}';`);
}

/** What a program says first, or that it ended without a word. */
async function saidBy(program: string): Promise<unknown> {
  const child = spawnWorker(pathToFileURL(join(folder, program)), memoryBytesMax);
  const said = once(child, 'message').then(([message]) => message as unknown);
  const ended = once(child, 'exit').then(() => 'nothing');
  const first = await Promise.race([said, ended]);
  child.kill();
  return first;
}

describe('a parse process of an installed package', () => {
  it('loads packages that were installed beside it and those it brought along, and reads nothing else', async () => {
    const installed = 'node_modules/penstock';
    await write('notes.txt', 'of nobody else');
    await write(`${installed}/package.json`, JSON.stringify({ name: 'penstock', type: 'module' }));
    await aPackage('node_modules/beside', 'beside');
    await aPackage('node_modules/@scope/beside', '@scope/beside');
    await aPackage(`${installed}/node_modules/brought`, 'brought');
    const notes = JSON.stringify(join(folder, 'notes.txt'));
    await write(
      `${installed}/dist/worker/main.js`,
      `import { readFileSync } from 'node:fs';
      import beside from 'beside';
      import scoped from '@scope/beside';
      import brought from 'brought';
      let refused = '';
      try { readFileSync(${notes}); } catch ({ code }) { refused = code; }
      process.send([beside, scoped, brought, refused]);`,
    );

    const said = await saidBy(`${installed}/dist/worker/main.js`);

    expect(said).toEqual(['beside', '@scope/beside', 'brought', 'ERR_ACCESS_DENIED']);
  });
});
