import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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

type Locked = Readonly<
  Record<string, { readonly dev?: true; readonly dependencies?: Readonly<Record<string, string>> }>
>;

/**
 * Folders of the packages that an installation without those for development brings along, as far as they are there:
 * optional ones may be for other machines. What lies within them comes with them.
 */
function toInstall(locked: Locked): readonly string[] {
  return Object.entries(locked)
    .filter(([path, { dev }]) => dev !== true && /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path))
    .map(([path]) => path)
    .filter((path) => path !== 'node_modules/kafkajs' && existsSync(join(checkout, path)));
}

/** Folders of packages, and of all that these need. */
function withNeeded(names: readonly string[], locked: Locked, known = new Set<string>()): ReadonlySet<string> {
  for (const path of names.map((name) => `node_modules/${name}`)) {
    if (known.has(path) || locked[path] === undefined) continue;
    known.add(path);
    withNeeded(Object.keys(locked[path].dependencies ?? {}), locked, known);
  }
  return known;
}

/** Names of the packages that modules import, wherever they do. */
async function namedIn(modules: readonly string[]): Promise<ReadonlySet<string>> {
  const texts = await Promise.all(modules.map((path) => readFile(join(installed, path), 'utf8')));
  const imports = /(?:^(?:import|export) (?:[^'"\n]* from )?|\bimport\()["'](?!node:)((?:@[^/'"]+\/)?[\w-][^/'"]*)/gm;
  return new Set(texts.flatMap((text) => [...text.matchAll(imports)].map(([, name = '']) => name)));
}

async function json<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(join(checkout, path), 'utf8')) as T;
}

/** Packs what is built, and unpacks it where an installation would put it, beside the packages that come with it. */
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
  const { packages: locked } = await json<{ packages: Locked }>('package-lock.json');
  // A parse process may read the folders of packages and nothing that links lead to. PDFs take a large package, and the
  // tokenizer is asked for in a way that no import shows.
  const readers = packed.filter((path) => /^dist\/libs\/(?:pipeline\/parser|records)\/.+\.js$/.test(path));
  const named = [...(await namedIn(readers)), 'gpt-tokenizer'].filter((name) => name !== 'pdfjs-dist');
  const copied = withNeeded(named, locked);
  const runs = (path: string): boolean => !/\.(?:map|[cm]?ts)$/.test(path);
  const install = async (path: string): Promise<void> => {
    const [there, here] = [join(checkout, path), join(folder, path)];
    await mkdir(dirname(here), { recursive: true });
    await (copied.has(path) ? cp(there, here, { recursive: true, filter: runs }) : symlink(there, here));
  };
  await Promise.all(toInstall(locked).map(install));
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

  it('names no package but those that are installed with it', async () => {
    const { dependencies, optionalDependencies } = await json<Record<string, object>>('package.json');
    const named = await namedIn(packed.filter((path) => /^dist\/(?!chunks|console).+\.js$/.test(path)));
    const installable = new Set(Object.keys({ ...dependencies, ...optionalDependencies }));

    expect(named).toContain('@nestjs/core');
    expect([...named].filter((name) => !installable.has(name))).toEqual([]);
  });

  it('answers on the command line', async () => {
    const { stdout } = await run(process.execPath, [join(installed, 'bin/penstock.mjs'), '--help'], { cwd: folder });

    expect(stdout).toContain('mcp');
    expect(stdout).toContain('search');
  });

  it('loads all that its roles need', async () => {
    const args = [join(installed, 'bin/penstock.mjs'), 'run', '--roles', 'none'];

    // Roles that do not exist are refused once everything is loaded, and before anything is connected.
    await expect(run(process.execPath, args, { cwd: folder })).rejects.toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining('no role is called none') },
    });
  });

  it('reads documents, in processes of their own', async () => {
    const samples = ['report.docx', 'page.html', 'letter.rtf'];
    const paths = samples.map((name) => join(checkout, 'test/formats/samples', name));
    const args = [join(installed, 'bin/penstock.mjs'), 'estimate', '--json', ...paths];
    const { stdout } = await run(process.execPath, args, { cwd: folder });

    expect(JSON.parse(stdout)).toMatchObject({ documents: samples.length, unread: [] });
  });

  it('serves its tools over standard input and output', async () => {
    const client = new Client({ name: 'test', version: '1' });
    const args = [join(installed, 'dist/apps/mcp/main.js')];
    // Nothing listens there: what the tool says is that the API is away.
    const env = { PENSTOCK_MCP_API_URL: 'http://127.0.0.1:1' };
    await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd: folder, env }));
    const { tools } = await client.listTools();
    const called = await client.callTool({ name: 'get_graph_stats' });
    await client.close();

    expect(tools.map(({ name }) => name)).toContain('search_memory');
    expect(called).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('no answer from') }] });
  });
});
