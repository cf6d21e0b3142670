import { fileURLToPath } from 'node:url';

const notes = new URL('note-modules.mjs', import.meta.url).href;

/** Has a process that is started with it tell at its end what it read; `filesRead` takes that from what it printed. */
export const tellsFiles: Readonly<Record<string, string>> = { NODE_OPTIONS: `--import ${notes}` };

/** Paths of all files that the last process to end read as modules. */
export function filesRead(printed: string): readonly string[] {
  const told = [...printed.matchAll(/^modules (\[.*\])$/gm)].at(-1)?.[1];
  if (told === undefined) throw new Error(`no process told what it read: ${printed}`);
  return (JSON.parse(told) as string[])
    .map((url) => fileURLToPath(url))
    .filter((path) => path !== fileURLToPath(notes));
}

/** Names of the packages that they are of, those of this repository left out. */
export function packagesOf(paths: readonly string[]): readonly string[] {
  const names = paths.map((path) => /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}
