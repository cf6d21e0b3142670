// The one test command: static checks first, then unit tests, then tests on real services. Ends with
// `N passed, N failed`, where each static check counts as one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');
const node = join(bin, 'node');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const reports = mkdtempSync(join(tmpdir(), 'penstock-reports-'));
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };

const checks = [
  ['generated files are current', [node, 'libs/events/generate/main.mjs', '--check']],
  ['format', [join(bin, 'prettier'), '--check', '--log-level', 'warn', '.']],
  ['lint', [join(bin, 'eslint'), '.', '--max-warnings', '0']],
  ['types', [join(bin, 'tsc'), '--noEmit']],
  ['dead files and exports', [join(bin, 'knip')]],
];
const suites = { unit: [], e2e: ['--runInBand', '--forceExit'] };

function step(name, command) {
  const started = Date.now();
  process.stdout.write(`\n── ${name}\n`);
  const { status } = spawnSync(command[0], command.slice(1), { cwd: root, env, stdio: 'inherit' });
  process.stdout.write(
    `── ${name}: ${status === 0 ? 'passed' : 'failed'} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`,
  );
  return status === 0;
}

function suite(name, options) {
  const report = join(reports, `${name}.json`);
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const green = step(`${name} tests`, [
    node,
    ...flags,
    jest,
    '--selectProjects',
    name,
    '--json',
    '--outputFile',
    report,
    ...options,
  ]);
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
  return { passed: counts.numPassedTests, failed: green ? failed : Math.max(failed, 1) };
}

const only = process.argv.slice(2);
const totals = { passed: 0, failed: 0 };
for (const [name, command] of checks) {
  if (step(name, command)) totals.passed += 1;
  else totals.failed += 1;
}
for (const [name, options] of Object.entries(suites)) {
  if (only.includes('check') && name !== 'unit') continue;
  const { passed, failed } = suite(name, options);
  totals.passed += passed;
  totals.failed += failed;
}
rmSync(reports, { recursive: true, force: true });
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed\n`);
process.exit(totals.failed === 0 ? 0 : 1);
