import { existsSync } from 'node:fs';

import { installDebianPackages } from './install-debian-packages.mjs';
import { findJava, findMaven, findPostgres, findPython, findRedis } from './find-programs.mjs';
import { SetupError } from './setup-error.mjs';

const prerequisites = [
  { title: 'a JDK, 17 or later', find: findJava, packages: ['default-jdk-headless'] },
  { title: 'Maven', find: findMaven, packages: ['maven'] },
  { title: 'Python 3.10 or later with venv', find: findPython, packages: ['python3', 'python3-venv'] },
  { title: 'the PostgreSQL server, 15 or later', find: findPostgres, packages: ['postgresql'] },
  { title: 'redis-server, 7 or later', find: findRedis, packages: ['redis-server'] },
];

/** Step 2: finds the programs that come from the system, and installs the missing ones where that can be done. */
export async function prerequisitesStep({ announce }) {
  let { found, missing } = await look();
  const skipped = missing.length === 0;
  if (!skipped) {
    const packages = missing.flatMap((prerequisite) => prerequisite.packages);
    if (!mayInstall()) throw new SetupError(missingMessage(missing, packages));
    announce(`installing ${packages.join(' ')}`);
    await installDebianPackages(packages, announce);
    ({ found, missing } = await look());
    if (missing.length > 0) throw new SetupError(missingMessage(missing, packages));
  }
  return { skipped, ...found };
}

async function look() {
  const results = await Promise.all(
    prerequisites.map(async (prerequisite) => [prerequisite, await prerequisite.find()]),
  );
  return {
    found: Object.assign({}, ...results.map(([, program]) => program)),
    missing: results.filter(([, program]) => program === undefined).map(([prerequisite]) => prerequisite),
  };
}

function mayInstall() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

function missingMessage(missing, packages) {
  const titles = missing.map(({ title }) => title).join(', ');
  return `please install ${titles} (Debian, Ubuntu: sudo apt-get install ${packages.join(' ')})`;
}
