import { runCommandLine } from './command-line.js';

const exitCode = await runCommandLine(process.argv);
process.exitCode = exitCode;
// A command that failed half-way may leave connections open, and they must not keep the process; output goes out first.
if (exitCode !== 0) process.stdout.write('', () => process.exit(exitCode));
