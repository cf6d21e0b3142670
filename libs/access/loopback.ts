import { BlockList, isIP } from 'node:net';

const own = new BlockList();
own.addSubnet('127.0.0.0', 8, 'ipv4');
own.addAddress('::1', 'ipv6');

/** Whether nobody but this machine reaches what listens there, or what is called so. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  const family = isIP(name);
  return family === 0 ? name === 'localhost' : own.check(name, family === 4 ? 'ipv4' : 'ipv6');
}

interface Headers {
  readonly host?: string | undefined;
  readonly origin?: string | string[] | undefined;
}

/**
 * Whether a request that came by loopback was meant for it: a page that a browser loaded from elsewhere names its own
 * Origin, and one whose name was bound to this machine names that Host.
 */
export function isMeantForLoopback({ host, origin }: Headers): boolean {
  const called = host === undefined ? undefined : hostNameOf(`http://${host}`);
  // `127.1` and the like are written otherwise by whoever means well.
  if (called === undefined || !isLoopback(called) || !host?.startsWith(called)) return false;
  if (origin === undefined) return true;
  const from = typeof origin === 'string' ? hostNameOf(origin) : undefined;
  return from !== undefined && isLoopback(from);
}

function hostNameOf(url: string): string | undefined {
  return URL.parse(url)?.hostname;
}
