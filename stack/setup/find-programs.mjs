import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { runCommand } from './run-command.mjs';

/** Finds a JDK 17 or later: JAVA_HOME, the PATH, then where systems keep theirs. */
export async function findJava() {
  const homes = [...entries('/usr/lib/jvm'), ...entries('/opt/homebrew/opt', /^openjdk/)];
  const chosen = process.env.JAVA_HOME ? [join(process.env.JAVA_HOME, 'bin/java')] : [];
  for (const java of distinct([...chosen, ...onPath('java'), ...homes.map((home) => join(home, 'bin/java'))])) {
    // A JRE alone cannot compile the Neo4j server.
    if (!existsSync(join(dirname(java), 'javac'))) continue;
    const version = /version "(\d+)/.exec((await runCommand(java, ['-version'])).output)?.[1];
    if (Number(version) >= 17) return { java };
  }
  return undefined;
}

/** Finds Maven. */
export function findMaven() {
  const [maven] = onPath('mvn');
  return maven && { maven };
}

/** Finds a Python 3.10 or later that can make virtual environments. */
export async function findPython() {
  const question =
    'import sys, venv, ensurepip; print(sys.version_info >= (3, 10), sys.version.split()[0], sys.executable)';
  const names = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
  for (const python of names.flatMap(onPath)) {
    const { code, output } = await runCommand(python, ['-c', question]);
    const [recent, pythonVersion, ...executable] = output.trim().split(' ');
    if (code === 0 && recent === 'True') return { systemPython: executable.join(' '), pythonVersion };
  }
  return undefined;
}

/** Finds PostgreSQL's server programs, 15 or later; Debian keeps them off the PATH. */
export async function findPostgres() {
  const folders = [
    ...entries('/usr/lib/postgresql').sort(byNumber).reverse(),
    ...entries('/opt/homebrew/opt', /^postgresql/),
  ].map((folder) => join(folder, 'bin'));
  for (const folder of distinct([...folders, ...onPath('postgres').map((file) => dirname(file))])) {
    if (!existsSync(join(folder, 'initdb'))) continue;
    const { output } = await runCommand(join(folder, 'postgres'), ['--version']);
    if (Number(/\) (\d+)/.exec(output)?.[1]) >= 15) return { postgresFolder: folder };
  }
  return undefined;
}

/** Finds a Go that can build what the tests need, 1.23 or later: the PATH, then where its own installer puts it. */
export async function findGo() {
  for (const go of distinct([...onPath('go'), '/usr/local/go/bin/go'])) {
    const { code, output } = await runCommand(go, ['env', 'GOVERSION']);
    if (code === 0 && isAtLeast(1, 23, /^go(\d+)\.(\d+)/.exec(output.trim()))) return { go };
  }
  return undefined;
}

/** Finds Prometheus's checker of rules, 2.40 or later. */
export async function findPromtool() {
  for (const promtool of onPath('promtool')) {
    const { output } = await runCommand(promtool, ['--version']);
    if (isAtLeast(2, 40, /version (\d+)\.(\d+)/.exec(output))) return { promtool };
  }
  return undefined;
}

/** Finds Helm, 3.14 or later. */
export async function findHelm() {
  for (const helm of onPath('helm')) {
    const { output } = await runCommand(helm, ['version', '--template', '{{.Version}}']);
    if (isAtLeast(3, 14, /^v(\d+)\.(\d+)/.exec(output.trim()))) return { helm };
  }
  return undefined;
}

/** Finds a Chromium, or a browser made of it, that says its version. */
export async function findChromium() {
  for (const chromium of ['chromium', 'chromium-browser', 'google-chrome'].flatMap(onPath)) {
    const { code, output } = await runCommand(chromium, ['--version']);
    if (code === 0 && Number(/ (\d+)\./.exec(output)?.[1]) >= 123) return { chromium };
  }
  return undefined;
}

/** Finds Debian's fetcher of packages. */
export function findAptGet() {
  return onPath('apt-get')[0];
}

/** Finds Redis 7 or later. */
export async function findRedis() {
  for (const redisServer of onPath('redis-server')) {
    const { output } = await runCommand(redisServer, ['--version']);
    if (Number(/v=(\d+)/.exec(output)?.[1]) >= 7) return { redisServer };
  }
  return undefined;
}

/** Whether a match of major and minor number, if there is one, says this version or a later one. */
function isAtLeast(wantedMajor, wantedMinor, match) {
  const [major, minor] = (match ?? []).slice(1).map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).filter((file) => existsSync(file));
}

function entries(folder, pattern = /./) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));
}

function distinct(paths) {
  return [...new Set(paths.filter((path) => existsSync(path)).map((path) => realpathSync(path)))];
}

function byNumber(left, right) {
  return Number.parseInt(left.split('/').pop(), 10) - Number.parseInt(right.split('/').pop(), 10);
}
