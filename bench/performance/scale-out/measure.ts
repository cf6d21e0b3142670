import { availableParallelism } from 'node:os';

import { loadConfig } from '#config';
import { ensureTopics, type KafkaPublisher } from '#kafka';

import { createPlatform } from '../../../apps/platform.js';
import { environmentOf } from '../../stack/environment.js';
import { freshStack } from '../../stack/own-stack.js';
import type { RoleProcess } from '../../stack/role-process.js';
import type { BenchOptions } from '../options.js';
import { feed, makePublisher } from './feed.js';
import { Outputs } from './outputs.js';
import type { StandInKind } from './stand-in-model.js';
import { startStandIn } from './stand-in-process.js';

/** As many as four instances can share evenly. */
const partitions = 12;

export interface ScaleOut {
  readonly workMs: number;
  readonly events: number;
  readonly cores: number;
  readonly rounds: readonly Round[];
  readonly rebalances: readonly Rebalance[];
}

export interface Round {
  readonly kind: StandInKind;
  readonly instances: number;
  readonly perSecond: number;
  /** Against one instance, for each instance; of those that compute, for each core if there are fewer. */
  readonly efficiency: number;
}

/** What it costs when an instance comes or goes. */
export interface Rebalance {
  readonly what: string;
  /** The longest time without any output, and what it was before. */
  readonly gapMs: number;
  readonly steadyGapMs: number;
  /** Documents that were handled twice. */
  readonly repeated: number;
}

interface Rig {
  readonly options: Pick<BenchOptions, 'instances' | 'events' | 'workMs'>;
  readonly environment: Readonly<Record<string, string>>;
  readonly publisher: KafkaPublisher;
  readonly outputs: Outputs;
  readonly say: (line: string) => void;
}

/** More instances of a stage that keeps its process busy, on a stack of its own. */
export async function measureScaleOut(options: Rig['options'], say: Rig['say']): Promise<ScaleOut> {
  const stack = await freshStack();
  const outputs = new Outputs();
  try {
    const environment = { ...environmentOf(stack.addresses), PENSTOCK_PARTITIONS: String(partitions) };
    const platform = createPlatform(loadConfig(environment), 'bench');
    const { kafkaBrokers: brokers, replicationFactor } = platform.config;
    await Promise.all([
      platform.codec.start(),
      ensureTopics({ brokers, partitions, replicationFactor, log: platform.log }),
    ]);
    // A broker that is new makes its groups' topic when the first one joins, and until then refuses the others.
    await (await startStandIn('sleep', 1, environment)).stop();
    const publisher = await makePublisher(platform);
    await outputs.start(brokers);
    const rig: Rig = { options, environment, publisher, outputs, say };
    const rounds: Round[] = [];
    for (const kind of ['sleep', 'compute'] as const) rounds.push(...(await roundsOf(rig, kind)));
    const rebalances = await measureRebalances(rig);
    await publisher.close();
    await platform.pool.end();
    const { workMs, events } = options;
    return { workMs, events, cores: availableParallelism(), rounds, rebalances };
  } finally {
    await outputs.stop();
    await stack.stop();
  }
}

async function roundsOf(rig: Rig, kind: StandInKind): Promise<Round[]> {
  const rates = new Map<number, number>();
  for (const instances of rig.options.instances) rates.set(instances, await rateOf(rig, kind, instances));
  const [first = 1, alone = NaN] = [...rates][0] ?? [];
  return [...rates].map(([instances, perSecond]) => {
    const useful = kind === 'compute' ? Math.min(instances, availableParallelism()) : instances;
    return { kind, instances, perSecond, efficiency: (perSecond / alone) * (first / useful) };
  });
}

async function rateOf(rig: Rig, kind: StandInKind, instances: number): Promise<number> {
  const { options, environment, publisher, outputs, say } = rig;
  const starting = Array.from({ length: instances }, () => startStandIn(kind, options.workMs, environment));
  const processes = await Promise.all(starting);
  try {
    await settled(rig, `${kind}-${instances}`);
    outputs.reset();
    await feed(publisher, `${kind}-${instances}`, options.events);
    await outputs.until(options.events);
    const perSecond = (options.events * 1000) / outputs.spanMs;
    say(`scale-out: ${instances} × ${kind}: ${perSecond.toFixed(1)} a second`);
    return perSecond;
  } finally {
    await Promise.all(processes.map((one) => one.stop()));
  }
}

/** Lets a few documents through, so that all instances have joined and are warm. */
async function settled({ publisher, outputs }: Rig, round: string): Promise<void> {
  outputs.reset();
  await feed(publisher, `${round}-warm`, partitions * 4);
  await outputs.until(partitions * 4);
}

async function measureRebalances(rig: Rig): Promise<Rebalance[]> {
  const { options, environment, publisher, outputs } = rig;
  const first = await startStandIn('sleep', options.workMs, environment);
  let second: RoleProcess | undefined;
  try {
    await settled(rig, 'rebalance');
    const total = options.events * 2;
    outputs.reset();
    await feed(publisher, 'rebalance', total);
    await outputs.until(Math.floor(total / 8));
    const steadyGapMs = outputs.longestGapMs;
    second = await startStandIn('sleep', options.workMs, environment);
    await outputs.until(Math.min(total, outputs.count + Math.floor(total / 8)));
    const come = { what: 'one comes', gapMs: outputs.longestGapMs, steadyGapMs, repeated: outputs.repeated };
    await outputs.until(total);
    outputs.reset();
    await feed(publisher, 'rebalance-back', total);
    await outputs.until(Math.floor(total / 4));
    const steadyTwoMs = outputs.longestGapMs;
    await second.stop();
    await outputs.until(total);
    const gone = {
      what: 'one goes',
      gapMs: outputs.longestGapMs,
      steadyGapMs: steadyTwoMs,
      repeated: outputs.repeated,
    };
    return [come, gone];
  } finally {
    await Promise.all([first.stop(), second?.stop()]);
  }
}
