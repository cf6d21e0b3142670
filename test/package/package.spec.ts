import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const run = promisify(execFile);
const checkout = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;
let installed: string;
let packed: string[];

/** Packs what is built, and unpacks it where an installation would put it, beside the checkout's other packages. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-package-'));
  const modules = join(folder, 'node_modules');
  installed = join(modules, 'penstock');
  await mkdir(installed, { recursive: true });
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: checkout, maxBuffer: 16 * 1024 * 1024 });
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  packed = files.map(({ path }) => path);
  await run('tar', ['-xzf', join(folder, filename), '-C', installed, '--strip-components', '1']);
  const others = (await readdir(join(checkout, 'node_modules'))).filter((name) => name !== 'kafkajs');
  await Promise.all(others.map((name) => symlink(join(checkout, 'node_modules', name), join(modules, name))));
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('holds what runs, and neither tests nor tools', () => {
    const own = packed.filter((path) => !path.startsWith('node_modules/'));

    expect(own).toEqual(
      expect.arrayContaining([
        ...['bin/penstock.mjs', 'dist/apps/mcp/main.js', 'avro/DocumentSubmitted.avsc', 'README.md'],
        ...['dist/console/index.html', expect.stringMatching(/^dist\/console\/assets\/.+\.js$/)],
      ]),
    );
    expect(new Set(own.map((path) => path.split('/')[0]))).toEqual(
      new Set(['LICENSE', 'README.md', 'avro', 'bin', 'dist', 'package.json']),
    );
    expect(
      own.filter((path) =>
        /\.(ts|map)$|\.(spec|e2e|faults|contract)\.js$|[-.](builders|fakes|fixture)\.js$/.test(path),
      ),
    ).toEqual([]);
    expect(packed.filter((path) => /^node_modules\/(?!kafkajs\/)/.test(path))).toEqual([]);
  });

  it('brings the Kafka client with the patches applied', async () => {
    const names = await readdir(join(checkout, 'patches'));
    const patches = await Promise.all(names.map((name) => readFile(join(checkout, 'patches', name), 'utf8')));
    const changes = patches.flatMap((text) => text.split(/^(?=diff --git )/m));
    for (const text of changes) {
      const file = /^\+\+\+ b\/(.+)$/m.exec(text)?.[1] ?? '';
      const added = text.split('\n').flatMap((line) => (/^\+(?!\+\+ )/.test(line) ? [line.slice(1)] : []));
      const found = await readFile(join(installed, file), 'utf8');

      expect(added.length).toBeGreaterThan(0);
      expect(added.filter((line) => !found.includes(line))).toEqual([]);
    }
    expect(changes.length).toBeGreaterThan(names.length);
  });

  it('runs no script of its own when it is installed', async () => {
    const { scripts } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
      scripts: Readonly<Record<string, string>>;
    };

    expect(Object.keys(scripts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(preinstall|install|postinstall)$/)]),
    );
  });

  it('answers on the command line', async () => {
    const { stdout } = await run(process.execPath, [join(installed, 'bin/penstock.mjs'), '--help'], { cwd: folder });

    expect(stdout).toContain('mcp');
    expect(stdout).toContain('search');
  });

  it('serves its tools over standard input and output', async () => {
    const client = new Client({ name: 'test', version: '1' });
    const args = [join(installed, 'dist/apps/mcp/main.js')];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd: folder, env: {} }));
    const { tools } = await client.listTools();
    await client.close();

    expect(tools.map(({ name }) => name)).toContain('search_memory');
  });
});
