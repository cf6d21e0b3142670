import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { buildFolder } from './build-folder.mjs';
import { checkout } from './cache-folder.mjs';
import { contentHash } from './content-hash.mjs';
import { sayingItGoesOn } from './progress.mjs';
import { mustRun } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

const java = join(checkout, 'stack/java');
const profiles = [
  { name: 'kafka', goal: 'dependency:copy-dependencies', title: 'Kafka' },
  { name: 'registry', goal: 'dependency:unpack', title: 'schema registry' },
  { name: 'neo4j', goal: 'dependency:copy-dependencies', title: 'Neo4j' },
  { name: 's3proxy', goal: 'dependency:copy-dependencies', title: 'S3-compatible store' },
];

/**
 * Step 3: Kafka, the schema registry, Neo4j and the S3-compatible store of the tests with the versions of
 * stack/java/pom.xml, and the small program that runs Neo4j.
 */
export async function javaServicesStep({ installed, announce }) {
  const javaHome = dirname(dirname(installed.java));
  const hash = contentHash(['stack/java/pom.xml', 'stack/java/GraphServer.java']);
  const { folder, skipped } = await buildFolder('java', hash, async (partial) => {
    // Maven leaves marks beside its description of what it unpacked, and skips that the next time: beside a copy, they
    // go with it.
    copyFileSync(join(java, 'pom.xml'), join(partial, 'pom.xml'));
    for (const profile of profiles) await resolve(profile, partial, { installed, javaHome, announce });
    announce('compiling the Neo4j server');
    await compileGraphServer(partial, javaHome);
  });
  return {
    skipped,
    kafka: join(folder, 'kafka'),
    registry: join(folder, 'registry'),
    neo4j: join(folder, 'neo4j'),
    graphServer: join(folder, 'graph-server'),
    s3proxy: join(folder, 's3proxy'),
  };
}

async function resolve({ name, goal, title }, partial, { installed, javaHome, announce }) {
  announce(`resolving ${title}`);
  const output = join(partial, name);
  const what = [`-P${name}`, goal, `-DoutputDirectory=${output}`, '-DincludeScope=runtime'];
  const options = { env: { JAVA_HOME: javaHome }, cwd: partial };
  await sayingItGoesOn(title, () => mustRun(installed.maven, ['-q', '-B', '-C', ...what], options));
  const count = countJars(output);
  if (count === 0) throw new SetupError(`Maven resolved no jar for ${title}`);
  announce(`${title}: ${count} jars`);
}

async function compileGraphServer(partial, javaHome) {
  const classes = join(partial, 'graph-server');
  mkdirSync(classes);
  const classPath = join(partial, 'neo4j/*');
  await mustRun(join(javaHome, 'bin/javac'), ['-d', classes, '-cp', classPath, join(java, 'GraphServer.java')]);
}

function countJars(folder) {
  return readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.jar')).length;
}
