import { createServer, type Server } from 'node:net';

import { defaultPorts, type Ports } from './addresses.js';

/**
 * Above the ports of the stack itself and below those that the system lends to whoever connects (from 32768 on Linux,
 * from 49152 elsewhere): a service that starts seconds later, or anew, still finds its port free.
 */
export const lanes = { first: 20_000, last: 32_767 } as const;
/** Processes that start one after another look for ports this far apart. */
const stride = 61;

let offset = (process.pid * stride) % (lanes.last - lanes.first + 1);

/** Ports that are free now, for a stack beside others (tests). */
export async function freePorts(): Promise<Ports> {
  const names = Object.keys(defaultPorts);
  const ports = await findFreePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, ports[index]])) as Ports;
}

/**
 * So many loopback ports that are free now. None is given twice by one process, nor by two that look at the same time.
 * Throws a RangeError when there are not so many.
 */
export async function findFreePorts(count: number): Promise<number[]> {
  const size = lanes.last - lanes.first + 1;
  const found: number[] = [];
  for (let tries = 0; found.length < count; tries += 1) {
    if (tries === size) throw new RangeError(`fewer than ${count} ports are free from ${lanes.first} to ${lanes.last}`);
    const port = lanes.first + offset;
    offset = (offset + 1) % size;
    if (await isFree(port)) found.push(port);
  }
  return found;
}

/** Whether nobody listens on this loopback port. */
export async function isFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
