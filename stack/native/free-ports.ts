import { createServer, type AddressInfo, type Server } from 'node:net';

import { defaultPorts, type Ports } from './addresses.js';

/**
 * Ports that are free now, for a stack beside others (tests). All are held open until the last is found, so none comes
 * twice.
 */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(Object.keys(defaultPorts).map(async (name) => [name, await listen(0)] as const));
  const ports = servers.map(([name, server]) => [name, (server.address() as AddressInfo).port] as const);
  await Promise.all(servers.map(([, server]) => close(server)));
  return Object.fromEntries(ports) as Ports;
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
