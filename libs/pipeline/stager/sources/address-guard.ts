import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

import ipaddr from 'ipaddr.js';

import { PermanentFailure } from '#failure';

/** Where http sources may lie. */
export interface AddressPolicy {
  /** Whether any address and any port may be asked. */
  readonly allowPrivate: boolean;
  /** Networks that are not public and that may be asked all the same, as CIDR. */
  readonly networks: readonly string[];
  /** Ports that may be asked, unless any may. */
  readonly ports: readonly number[];
}

/** Resolves a name to all its addresses. */
export type ResolveAll = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** All that IANA has given out of IPv6; what lies outside is reserved, local, or hides an IPv4 address. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** Names that mean this machine (RFC 6761), whatever the resolver makes of them. */
const localName = /^(?:.+\.)?localhost\.?$/iu;

function blocked(what: string): PermanentFailure {
  return new PermanentFailure(`${what} is not a public address`, { reason: 'blocked-address' });
}

/** True only for addresses of the public internet; not for loopback, private, link-local, shared or mapped ones. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(globalUnicast);
}

/** Whether an address may be asked. An IPv4 address in an IPv6 one is never taken for the former. */
function isAllowed(address: string, { allowPrivate, networks }: AddressPolicy): boolean {
  if (allowPrivate || isPublicAddress(address)) return true;
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  return networks.map((network) => ipaddr.parseCIDR(network)).some((range) => isIn(parsed, range));
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: [ipaddr.IPv4 | ipaddr.IPv6, number]): boolean {
  if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, bits);
  return network instanceof ipaddr.IPv6 && address.match(network, bits);
}

/**
 * Parses an address once, the way browsers do, so that every spelling of a host ends in the one that is checked.
 * @throws PermanentFailure `bad-location` or `blocked-address`.
 */
export function checkedUrl(location: string, origin: URL | undefined, policy: AddressPolicy): URL {
  const url = URL.parse(location, origin?.href);
  if (url === null) throw new PermanentFailure('the location is not a URL', { reason: 'bad-location' });
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new PermanentFailure(`scheme ${url.protocol.slice(0, 32)} is not http or https`, { reason: 'bad-location' });
  }
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1');
  if (!policy.allowPrivate) {
    const isLocal = localName.test(host) && !isAllowed('127.0.0.1', policy);
    if (isLocal || (ipaddr.isValid(host) && !isAllowed(host, policy))) throw blocked(host);
    const port = Number(url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : url.port);
    if (!policy.ports.includes(port)) {
      throw new PermanentFailure(`port ${port} is not allowed`, { reason: 'blocked-address' });
    }
  }
  if (url.username !== '' || url.password !== '') {
    throw new PermanentFailure('the URL must not hold a user or password', { reason: 'bad-location' });
  }
  return url;
}

const resolveAll: ResolveAll = (host, done) => systemLookup(host, { all: true }, done);

/**
 * The `lookup` of a connection: the very addresses it checks are the ones connected to, so a name that changes between
 * check and use (rebinding) gains nothing. One address that is not public refuses the name.
 */
export function guardedLookup(policy: AddressPolicy, resolve: ResolveAll = resolveAll): LookupFunction {
  return (host, options, done) => {
    resolve(host, (error, addresses) => {
      const first = addresses?.[0];
      const refused = addresses?.find(({ address }) => !isAllowed(address, policy));
      if (error !== null || first === undefined) done(error ?? new Error('the name has no address'), '', 0);
      else if (refused !== undefined) done(blocked(`${host} (${refused.address})`), '', 0);
      else if (options.all === true) done(null, [...addresses]);
      else done(null, first.address, first.family);
    });
  };
}
