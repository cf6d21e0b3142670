import { setTimeout as pause } from 'node:timers/promises';

import type { PlannedFault } from './plan-faults.js';
import type { Seeded } from './seeded.js';
import type { Toxic, Toxiproxy } from './toxiproxy.js';

/** Breaks one link for a while. */
export async function hurtLink(fault: PlannedFault, toxiproxy: Toxiproxy): Promise<void> {
  const { kind, victim, holdMs, random } = fault;
  if (kind === 'link down') return cut(toxiproxy, victim, holdMs);
  if (kind === 'link flapping') return flap(toxiproxy, victim, holdMs, random);
  const toxics = toxicsOf(kind, random);
  for (const toxic of toxics) await toxiproxy.poison(victim, toxic);
  await pause(holdMs);
  for (const toxic of toxics) await toxiproxy.cure(victim, toxic);
}

async function cut(toxiproxy: Toxiproxy, link: string, forMs: number): Promise<void> {
  await toxiproxy.enable(link, false);
  await pause(forMs);
  await toxiproxy.enable(link, true);
}

async function flap(toxiproxy: Toxiproxy, link: string, forMs: number, random: Seeded): Promise<void> {
  const untilMs = performance.now() + forMs;
  while (performance.now() < untilMs) {
    await cut(toxiproxy, link, random.between(50, 400));
    await pause(random.between(100, 600));
  }
}

function toxicsOf(kind: string, random: Seeded): Toxic[] {
  const both = (type: Toxic['type'], attributes: Toxic['attributes']): Toxic[] =>
    (['upstream', 'downstream'] as const).map((stream) => ({ type, stream, attributes }));
  switch (kind) {
    case 'link black hole':
    case 'link black hole for long':
      return both('timeout', { timeout: 0 });
    case 'link reset':
      return [{ type: 'reset_peer', stream: 'downstream', attributes: { timeout: random.between(0, 500) } }];
    case 'link lost acks':
      // What was asked is done; the answer ends after a few bytes, and the connection with it.
      return [
        { type: 'limit_data', stream: 'downstream', attributes: { bytes: random.pick([0, 1, 7, 60, 400, 3000]) } },
      ];
    case 'link lost requests':
      // The request breaks off somewhere, and nobody knows whether the service made anything of its beginning.
      return [{ type: 'limit_data', stream: 'upstream', attributes: { bytes: random.pick([0, 1, 20, 300, 3000]) } }];
    case 'link latency':
      return both('latency', { latency: random.between(50, 1500), jitter: random.between(0, 300) });
    case 'link latency of seconds':
      return both('latency', { latency: 5000, jitter: random.between(0, 1000) });
    case 'link slow and sliced':
      return [
        ...both('bandwidth', { rate: random.between(5, 50) }),
        { type: 'slicer', stream: 'upstream', attributes: { average_size: 50, size_variation: 30, delay: 1000 } },
      ];
    default:
      throw new RangeError(`no toxic is called ${kind}`);
  }
}
