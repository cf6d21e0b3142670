// The one test command: the build first, then static checks and unit tests side by side, then tests on real services.
// Ends with `N passed, N failed`, where each static check counts as one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

import { buildStep } from '../stack/setup/build-step.mjs';

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');
const node = join(bin, 'node');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const reports = mkdtempSync(join(tmpdir(), 'penstock-reports-'));
// Stacks of tests live for minutes: what Java's second compiler gains later, it takes from the tests first, and a
// collector that works beside the program takes a core.
const javaOptions = `${process.env.JAVA_TOOL_OPTIONS ?? ''} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC`.trim();

// What was judged before and did not change is not judged again; a clean clone has no such memory.
const memory = join(root, 'node_modules', '.cache', 'penstock');
const env = {
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH}`,
  // Hundreds of processes load the same code.
  NODE_COMPILE_CACHE: join(memory, 'compiled'),
};
const checks = [
  ['generated files are current', [node, 'libs/events/generate/main.mjs', '--check']],
  [
    'format',
    [
      join(bin, 'prettier'),
      '--check',
      '--log-level',
      'warn',
      '--cache',
      '--cache-location',
      join(memory, 'prettier'),
      '.',
    ],
  ],
  [
    'lint',
    [
      ...[join(bin, 'eslint'), '.', '--max-warnings', '0', '--cache', '--cache-location', join(memory, 'eslint')],
      // A file that changes while it is looked at would else be remembered as it was.
      ...['--cache-strategy', 'content'],
    ],
  ],
  ['types', [join(bin, 'tsc'), '--noEmit', '--incremental', '--tsBuildInfoFile', join(memory, 'types')]],
  [
    'types of the console',
    [join(bin, 'tsc'), '-p', 'apps/console', '--incremental', '--tsBuildInfoFile', join(memory, 'console-types')],
  ],
  ['dead files and exports', [join(bin, 'knip')]],
];
// Random schedules of the saga, too many for a test runner; `check` runs a few of them among the unit tests.
const simulation = ['--conditions=source', '--import', './test/typescript.mjs', 'test/simulation/main.ts'];
const unit = ['--selectProjects', 'unit'];
// The tests on real services run side by side in three parts, each on a stack of its own. Those that hurt services do
// that to native ones of their own, and need no others beside them.
const services = ['--selectProjects', 'e2e', '--runInBand', '--forceExit', '--testPathPatterns'];
const below = (folders) => `^${root.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}/(${folders})/`;
const onServices = {
  pipeline: [...services, below('test/e2e')],
  trouble: [...services, below('test/(?!e2e)[^/]*')],
  parts: [...services, below('apps|libs|stack|test/e2e-[^/]*')],
};

/** Runs a command; what it prints appears line by line, after its name. Says whether it ended well. */
async function run(name, command, { title = name, environment = env } = {}) {
  const started = Date.now();
  process.stdout.write(`\n── ${title}\n`);
  const child = spawn(command[0], command.slice(1), { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [child.stdout, child.stderr].map(async (stream) => {
    for await (const line of createInterface({ input: stream })) process.stdout.write(`${name} │ ${line}\n`);
  });
  const [[status]] = await Promise.all([once(child, 'close'), ...said]);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`── ${title}: ${status === 0 ? 'passed' : 'failed'} in ${seconds} s\n`);
  return status === 0;
}

/** Runs steps one after another, each of which counts as one. */
async function inTurn(steps) {
  const counts = { passed: 0, failed: 0 };
  for (const [name, command] of steps) counts[(await run(name, command)) ? 'passed' : 'failed'] += 1;
  return counts;
}

/** Runs one suite. */
async function suite(name, options) {
  const report = join(reports, `${name}.json`);
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const command = [node, ...flags, jest, '--json', '--outputFile', report, ...options];
  const kind = name === 'trouble' ? { PENSTOCK_TEST_SERVICES: 'native' } : {};
  const environment = { ...env, JAVA_TOOL_OPTIONS: javaOptions, ...kind };
  const passed = await run(name, command, { title: `${name} tests`, environment });
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
  return { passed: counts.numPassedTests, failed: passed ? failed : Math.max(failed, 1) };
}

const only = process.argv.slice(2);
const totals = { passed: 0, failed: 0 };
// Tests start what is in dist/ and must not judge an older state of the code; nothing is worth a look if this fails.
await buildStep({ announce: (what) => process.stdout.write(`\n── ${what}\n`) });
const alone = only.includes('check') ? checks : [...checks, ['simulation', [node, ...simulation]]];
const stages = [
  // On two cores either of them leaves one idle for most of its time.
  () => [inTurn(alone), suite('unit', unit)],
  () => Object.entries(onServices).map(([name, options]) => suite(name, options)),
];
for (const stage of only.includes('check') ? stages.slice(0, 1) : stages) {
  for (const { passed, failed } of await Promise.all(stage())) {
    totals.passed += passed;
    totals.failed += failed;
  }
}
rmSync(reports, { recursive: true, force: true });
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed\n`);
process.exit(totals.failed === 0 ? 0 : 1);
