import { serviceNames } from '#stack';

/** How a fault is drawn: how often compared with the others, and how long it lasts. */
export interface FaultKind {
  readonly kind: string;
  readonly hurts: 'process' | 'service' | 'link' | 'log' | 'cache';
  readonly weight: number;
  readonly holdMs: readonly [least: number, most: number];
}

/** Longer than the session timeout of the trials, so that the process wakes up to find that another one took over. */
export const sessionTimeoutMs = 6000;

/** A service on a JVM takes long to come back, so it is chosen less often. */
const serviceWeights = { kafka: 1, registry: 1, postgres: 2, neo4j: 1, qdrant: 2, redis: 2 } as const;

/** Everything that can happen in a trial of seconds. */
export const faultKinds: readonly FaultKind[] = [
  { kind: 'kill process', hurts: 'process', weight: 6, holdMs: [0, 0] },
  { kind: 'terminate process', hurts: 'process', weight: 3, holdMs: [0, 0] },
  { kind: 'freeze process', hurts: 'process', weight: 3, holdMs: [500, 3000] },
  { kind: 'freeze process past its session', hurts: 'process', weight: 1, holdMs: [6500, 8000] },
  { kind: 'twin process', hurts: 'process', weight: 1.5, holdMs: [3000, 5000] },
  { kind: 'rebalance storm', hurts: 'process', weight: 1.5, holdMs: [2000, 4000] },
  { kind: 'writer refuses', hurts: 'process', weight: 1.5, holdMs: [2500, 4000] },
  ...serviceNames.flatMap((service): FaultKind[] => [
    { kind: `kill ${service}`, hurts: 'service', weight: serviceWeights[service], holdMs: [200, 2500] },
    { kind: `restart ${service}`, hurts: 'service', weight: 0.5, holdMs: [0, 1000] },
    { kind: `freeze ${service}`, hurts: 'service', weight: 1, holdMs: [500, 4000] },
  ]),
  { kind: 'link down', hurts: 'link', weight: 3, holdMs: [300, 4000] },
  { kind: 'link black hole', hurts: 'link', weight: 3, holdMs: [500, 4000] },
  { kind: 'link reset', hurts: 'link', weight: 2, holdMs: [300, 3000] },
  { kind: 'link lost acks', hurts: 'link', weight: 5, holdMs: [500, 3000] },
  { kind: 'link lost requests', hurts: 'link', weight: 2, holdMs: [500, 3000] },
  { kind: 'link latency', hurts: 'link', weight: 2, holdMs: [1000, 4000] },
  { kind: 'link slow and sliced', hurts: 'link', weight: 2, holdMs: [1000, 4000] },
  { kind: 'link flapping', hurts: 'link', weight: 2, holdMs: [1500, 4000] },
  { kind: 'records repeated', hurts: 'log', weight: 4, holdMs: [0, 0] },
  { kind: 'poison', hurts: 'log', weight: 4, holdMs: [0, 0] },
  { kind: 'cache expires', hurts: 'cache', weight: 2, holdMs: [0, 0] },
];

/**
 * What lasts longer than the session timeout that roles have by default, and than most timeouts of drivers. Trials with
 * these take minutes; they are drawn only on demand, and alone.
 */
export const longFaultKinds: readonly FaultKind[] = [
  { kind: 'freeze process for long', hurts: 'process', weight: 3, holdMs: [45_000, 120_000] },
  ...serviceNames.map((service): FaultKind => ({
    ...{ kind: `freeze ${service} for long`, hurts: 'service', weight: 0.5, holdMs: [45_000, 120_000] },
  })),
  { kind: 'link black hole for long', hurts: 'link', weight: 3, holdMs: [60_000, 120_000] },
  { kind: 'link latency of seconds', hurts: 'link', weight: 2, holdMs: [30_000, 60_000] },
  { kind: 'process out of files', hurts: 'process', weight: 2, holdMs: [20_000, 60_000] },
];

/** Whoever keeps something on a disk. */
export const diskKeepers = serviceNames.filter((service) => service !== 'registry');

/**
 * A machine that runs out of disk, files, memory or processor, and a disk that fails. Drawn only on demand, and alone:
 * they need root, and data folders of the services that are file systems of their own.
 */
export const machineFaultKinds: readonly FaultKind[] = [
  ...diskKeepers.flatMap((service): FaultKind[] => [
    { kind: `fill ${service} disk`, hurts: 'service', weight: 2, holdMs: [2000, 5000] },
    { kind: `break ${service} disk`, hurts: 'service', weight: 2, holdMs: [1000, 3000] },
    { kind: `starve ${service}`, hurts: 'service', weight: 1, holdMs: [4000, 8000] },
    { kind: `deny ${service} files`, hurts: 'service', weight: 1, holdMs: [2000, 5000] },
    { kind: `deny ${service} memory`, hurts: 'service', weight: 1, holdMs: [2000, 5000] },
  ]),
  { kind: 'starve process', hurts: 'process', weight: 4, holdMs: [4000, 10_000] },
  { kind: 'process out of files', hurts: 'process', weight: 3, holdMs: [2000, 5000] },
  { kind: 'process out of memory', hurts: 'process', weight: 3, holdMs: [2000, 5000] },
];

export const allFaultKinds: readonly FaultKind[] = [...faultKinds, ...longFaultKinds, ...machineFaultKinds];
