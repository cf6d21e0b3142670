import { randomInt } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import { auditStack, type EndAudit } from './audit-stack.js';
import { faultKinds, longFaultKinds, machineFaultKinds } from './fault-kinds.js';
import { kindsNamed } from './plan-faults.js';
import { commitNow, readReports, reportText, type ReportedAudit, type ReportedTrial } from './report.js';
import { runTrials } from './run-trials.js';
import { summarize, trialLines } from './summary.js';
import type { TrialResult } from './trial.js';
import { aProcessEach, fewProcesses, World } from './world.js';

const help = `Usage: npm run test:chaos -- [options]

Roles as processes on the native stack, links through toxiproxy; clients, faults, healing, checks.
  --trials N        how many (1)
  --seed S          of the first trial; each further one has the next (random)
  --ms M            how long faults begin in each trial (6000)
  --quiet M         how soon all must be quiet once it is healed (60000)
  --only KINDS      comma separated beginnings of names: ${faultKinds.map(({ kind }) => kind).join(', ')}
  --long            instead of those, faults of up to two minutes, with the session timeout of the settings:
                    ${longFaultKinds.map(({ kind }) => kind).join(', ')}
  --machine         instead of those, a machine without disk, files, memory or processor, and disks that fail (needs root,
                    strace and room for file systems in memory):
                    ${machineFaultKinds.map(({ kind }) => kind).join(', ')}
  --no-faults       none at all
  --few             fewer processes, some with several roles
  --replay-every N  trials after which everything of the trial is read once more (20)
  --bail            stop at the first trial that finds something
  --keep            leave data and logs where they are
  --report FILE     append each trial as a line of JSON
  --summarize FILE  run nothing; print what such reports come to, as Markdown (may be given more than once)`;

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
    ms: { type: 'string', default: '6000' },
    quiet: { type: 'string', default: '60000' },
    only: { type: 'string' },
    long: { type: 'boolean', default: false },
    machine: { type: 'boolean', default: false },
    'no-faults': { type: 'boolean', default: false },
    few: { type: 'boolean', default: false },
    'replay-every': { type: 'string', default: '20' },
    bail: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    report: { type: 'string' },
    summarize: { type: 'string', multiple: true },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  if (values.help) return say(help);
  if (values.summarize !== undefined) return say(reportText(readReports(values.summarize)));
  const usual = values.machine ? machineFaultKinds : faultKinds;
  const among = values.long ? longFaultKinds : usual;
  const kinds = values['no-faults'] ? [] : values.only === undefined ? among : kindsNamed(values.only, among);
  const seed = Number(values.seed);
  const [trials, faultsMs, quietMs] = [values.trials, values.ms, values.quiet].map(Number) as [number, number, number];
  const options = { seed, trials, faultsMs, quietMs, bail: values.bail, kindsOf: () => kinds };
  say(`${options.trials} trials from seed ${seed} on ${cpus().length} cores; starting services and processes`);
  const groups = values.few ? fewProcesses : aProcessEach;
  const starting = World.start(groups, { longSessions: values.long, disks: values.machine });
  // Services outlive whoever started them: they are stopped also if there was no trial yet.
  const stopEarly = (): void =>
    void starting.then((world) => world.stop({ keep: values.keep })).finally(() => process.exit(130));
  process.once('SIGINT', stopEarly);
  const world = await starting;
  say(`${world.roles.all.length} processes, ${world.links.all.length} links; data and logs in ${world.folder}`);
  const results: TrialResult[] = [];
  const [commit, processes] = [commitNow(), world.roles.all.length];
  let audit: EndAudit | undefined;
  const report = (line: ReportedTrial | ReportedAudit): void => {
    if (values.report !== undefined) appendFileSync(values.report, `${JSON.stringify(line)}\n`);
  };
  const stop = once(async () => {
    say(JSON.stringify({ ...summarize(results), audit }, undefined, 2));
    const isBad = (audit?.findings.length ?? 0) > 0 || results.some(({ violations }) => violations.length > 0);
    await world.stop({ keep: values.keep || isBad });
  });
  process.off('SIGINT', stopEarly);
  process.once('SIGINT', () => void stop().then(() => process.exit(130)));
  try {
    for await (const result of runTrials(world, { ...options, replayEvery: Number(values['replay-every']) })) {
      results.push(result);
      say(trialLines(result));
      const { bystander: _bystander, ...kept } = result;
      report({ at: new Date().toISOString(), commit, processes, load: loadavg()[0] ?? 0, ...kept });
    }
    audit = await auditStack(world.addresses);
    report({ at: new Date().toISOString(), commit, processes, audit });
    for (const line of audit.findings) say(`  VIOLATION ${line}`);
  } finally {
    await stop();
  }
  const isWell = audit?.findings.length === 0 && results.every((one) => one.violations.length === 0);
  process.exitCode = results.length === options.trials && isWell ? 0 : 1;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

await main();
process.exit();
