import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Share of the memory limit that the garbage collected heap may take; code and buffers lie outside it. Below the share
 * at which a process is ended, so that garbage is collected before that.
 */
const heapShare = 0.65;
const mib = 1024 * 1024;

/** The folder of the package that a program belongs to: the next one up with a `package.json`. */
function packageFolder(entry: string): string {
  let folder = dirname(entry);
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** Where a package finds others: in its own folder, and beside it if it was installed as one itself. */
function packagesOf(folder: string): string[] {
  const way = folder.split(sep);
  const installedIn = way.indexOf('node_modules');
  const beside = installedIn < 0 ? [] : [way.slice(0, installedIn + 1).join(sep)];
  return [join(folder, 'node_modules'), ...beside];
}

/** Reading its own code is all that a parse process may do with files; where the runtime can't hold that, it can't. */
function permissionFlags(entry: string): string[] {
  if (!process.allowedNodeEnvironmentFlags.has('--permission')) return [];
  const root = packageFolder(entry);
  const readable = [join(root, 'dist'), join(root, 'package.json'), ...packagesOf(root)];
  const real = readable.filter((path) => existsSync(path)).map((path) => realpathSync(path));
  return [
    '--permission',
    '--allow-worker',
    ...[...new Set([...readable, ...real])].map((path) => `--allow-fs-read=${path}`),
  ];
}

/** The program of a parse process lies beside this file; what runs from sources, as tests do, starts the built one. */
export function readerProgram(): URL {
  const beside = new URL('./main.js', import.meta.url);
  if (existsSync(beside)) return beside;
  return new URL('../../../../dist/libs/pipeline/parser/worker/main.js', import.meta.url);
}

/** Starts a parse process: without environment, terminal, files of others, network or child processes of its own. */
export function spawnWorker(entry: URL, memoryBytesMax: number): ChildProcess {
  const path = fileURLToPath(entry);
  const heapMib = Math.max(64, Math.floor((memoryBytesMax * heapShare) / mib));
  const child = fork(path, {
    env: {},
    execArgv: ['--no-warnings', `--max-old-space-size=${heapMib}`, ...permissionFlags(path)],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // An idle process keeps nobody from ending.
  child.unref();
  child.channel?.unref();
  return child;
}
