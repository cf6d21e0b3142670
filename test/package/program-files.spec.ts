import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { filesRead, packagesOf, tellsFiles } from './program-files.js';

const program = fileURLToPath(new URL('../../dist/apps/penstock/main.js', import.meta.url));
const mcpProgram = fileURLToPath(new URL('../../dist/apps/mcp/main.js', import.meta.url));

/** What a program has read once it has ended. */
async function readBy(...args: readonly string[]): Promise<readonly string[]> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const env = { ...process.env, ...tellsFiles };
  execFile(process.execPath, args, { env }, (_failed, _out, err) => resolve(err)).stdin?.end();
  return filesRead(await promise);
}

describe('the files that a program reads to start', () => {
  it.each([
    // Roles that do not exist are refused once everything is loaded, and before anything is connected.
    ['roles', [program, 'run', '--roles', 'none'], 70],
    ['the help, which loads every command', [program, '--help'], 110],
    ['the status', [program, 'status', '--help'], 60],
    ['an ingestion', [program, 'ingest', '--help'], 30],
    ['the tools for agents', [mcpProgram], 30],
  ])('are few for %s, and none of a package', async (_what, command, filesMax) => {
    const files = await readBy(...command);

    expect(files.length).toBeGreaterThan(1);
    expect(files.length).toBeLessThanOrEqual(filesMax);
    expect(packagesOf(files)).toEqual([]);
  });
});
