import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

import { sayingItGoesOn } from './progress.mjs';
import { mustRun, runCommand } from './run-command.mjs';

const policy = '/usr/sbin/policy-rc.d';
const mark = '# written by the set-up of Penstock, which removes it when packages are installed';

/**
 * Installs Debian packages without letting them start services: Penstock runs PostgreSQL and Redis itself, on its own
 * ports, and a machine that only tries it should not be left with two more servers listening.
 */
export async function installDebianPackages(packages, announce) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  announce('apt-get update');
  await sayingItGoesOn('apt-get update', () => mustRun('apt-get', ['update', '-qq'], { env }));
  announce(`apt-get install ${packages.join(' ')}`);
  await withoutServiceStarts(() =>
    sayingItGoesOn('apt-get install', () =>
      mustRun('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env }),
    ),
  );
  await keepFromStartingAtBoot(packages);
}

/** Debian asks this script before it starts a service; 101 means no. One that an administrator put there stays. */
async function withoutServiceStarts(work) {
  if (existsSync(policy) && !readFileSync(policy, 'utf8').includes(mark)) return work();
  writeFileSync(policy, `#!/bin/sh\n${mark}\nexit 101\n`, { mode: 0o755 });
  try {
    return await work();
  } finally {
    rmSync(policy, { force: true });
  }
}

/** Where there is no systemd there is nothing to disable, so the outcome does not matter. */
async function keepFromStartingAtBoot(packages) {
  const services = packages.filter((name) => name === 'postgresql' || name === 'redis-server');
  if (services.length > 0 && existsSync('/run/systemd/system')) await runCommand('systemctl', ['disable', ...services]);
}
