import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import { findFreePorts, freePorts, lanes } from './free-ports.js';

const range = '/proc/sys/net/ipv4/ip_local_port_range';
/** The first port that the system may lend to a connection. */
const lentFrom = existsSync(range) ? Number(readFileSync(range, 'utf8').split('\t')[0]) : 49_152;
const servers: ReturnType<typeof createServer>[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe('free ports', () => {
  it('are none that a connection may be lent before the service has started', async () => {
    const ports = Object.values(await freePorts());

    expect(Math.max(...ports)).toBeLessThan(lentFrom);
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(lanes.first);
  });

  it('come once to those who ask at the same time', async () => {
    const found = await Promise.all([freePorts(), freePorts(), findFreePorts(5)]);
    const ports = found.flatMap((each) => Object.values(each));

    expect(new Set(ports).size).toBe(19);
  });

  it('pass over those that somebody listens on', async () => {
    const [before = 0] = await findFreePorts(1);
    const taken = createServer().listen(before + 1, '127.0.0.1');
    servers.push(taken);
    // Where another program took it meanwhile, that one listens.
    await once(taken, 'listening').catch(() => undefined);

    expect(await findFreePorts(20)).not.toContain(before + 1);
  });
});
