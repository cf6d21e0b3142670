// The one test command: the build and static checks first, then unit tests, then tests on real services. Ends with
// `N passed, N failed`, where each static check counts as one.
import { spawn, spawnSync } from 'node:child_process';
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
// Stacks of tests live for minutes: what Java's second compiler gains later, it takes from the tests first.
const javaOptions = `${process.env.JAVA_TOOL_OPTIONS ?? ''} -XX:TieredStopAtLevel=1`.trim();

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
  ['lint', [join(bin, 'eslint'), '.', '--max-warnings', '0', '--cache', '--cache-location', join(memory, 'eslint')]],
  ['types', [join(bin, 'tsc'), '--noEmit', '--incremental', '--tsBuildInfoFile', join(memory, 'types')]],
  [
    'types of the console',
    [join(bin, 'tsc'), '-p', 'apps/console', '--incremental', '--tsBuildInfoFile', join(memory, 'console-types')],
  ],
  ['dead files and exports', [join(bin, 'knip')]],
];
// Random schedules of the saga, too many for a test runner; `check` runs a few of them among the unit tests.
const simulation = ['--conditions=source', '--import', './test/typescript.mjs', 'test/simulation/main.ts'];
// The tests on real services run side by side in three parts, each on a stack of its own.
const onServices = ['--selectProjects', 'e2e', '--runInBand', '--forceExit', '--testPathPatterns'];
const below = (folders) => `^${root.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}/(${folders})/`;
const suites = [
  { unit: ['--selectProjects', 'unit'] },
  {
    pipeline: [...onServices, below('test/e2e')],
    trouble: [...onServices, below('test/(?!e2e)[^/]*')],
    parts: [...onServices, below('apps|libs|stack|test/e2e-[^/]*')],
  },
];

function step(name, command) {
  const started = Date.now();
  process.stdout.write(`\n── ${name}\n`);
  const { status } = spawnSync(command[0], command.slice(1), { cwd: root, env, stdio: 'inherit' });
  process.stdout.write(
    `── ${name}: ${status === 0 ? 'passed' : 'failed'} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`,
  );
  return status === 0;
}

/** Runs one suite; what it prints appears line by line, after its name. */
async function suite(name, options) {
  const started = Date.now();
  const report = join(reports, `${name}.json`);
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  process.stdout.write(`\n── ${name} tests\n`);
  const child = spawn(node, [...flags, jest, '--json', '--outputFile', report, ...options], {
    cwd: root,
    env: { ...env, JAVA_TOOL_OPTIONS: javaOptions },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [child.stdout, child.stderr].map(async (stream) => {
    for await (const line of createInterface({ input: stream })) process.stdout.write(`${name} │ ${line}\n`);
  });
  const [[status]] = await Promise.all([once(child, 'close'), ...said]);
  process.stdout.write(
    `── ${name} tests: ${status === 0 ? 'passed' : 'failed'} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`,
  );
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
  return { passed: counts.numPassedTests, failed: status === 0 ? failed : Math.max(failed, 1) };
}

const only = process.argv.slice(2);
const totals = { passed: 0, failed: 0 };
// Tests start what is in dist/ and must not judge an older state of the code; nothing is worth a look if this fails.
await buildStep({ announce: (what) => process.stdout.write(`\n── ${what}\n`) });
for (const [name, command] of checks) {
  if (step(name, command)) totals.passed += 1;
  else totals.failed += 1;
}
if (!only.includes('check')) {
  if (step('simulation', [node, ...simulation])) totals.passed += 1;
  else totals.failed += 1;
}
for (const sideBySide of only.includes('check') ? suites.slice(0, 1) : suites) {
  const counts = await Promise.all(Object.entries(sideBySide).map(([name, options]) => suite(name, options)));
  for (const { passed, failed } of counts) {
    totals.passed += passed;
    totals.failed += failed;
  }
}
rmSync(reports, { recursive: true, force: true });
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed\n`);
process.exit(totals.failed === 0 ? 0 : 1);
