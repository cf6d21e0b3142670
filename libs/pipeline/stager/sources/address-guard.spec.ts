import { describe, expect, it } from '@jest/globals';

import { privateAddresses, refusedLocations } from './address-fixture.js';
import { checkedUrl, guardedLookup, isPublicAddress, type ResolveAll } from './address-guard.js';

const policy = { allowPrivate: false, networks: [], ports: [80, 443] };

function lookup(resolve: ResolveAll): Promise<unknown> {
  return new Promise((resolved) => {
    guardedLookup(policy, resolve)('host.example', { all: true }, (error, addresses) => resolved(error ?? addresses));
  });
}

describe('the address guard', () => {
  it.each(privateAddresses)('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([['93.184.215.14'], ['2606:4700::1111']])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each(refusedLocations)('%s is refused as %s', (location, reason) => {
    expect(() => checkedUrl(location, undefined, policy)).toThrow(
      expect.objectContaining({ reason, kind: 'permanent' }),
    );
  });

  it('a name of which one address is private is refused as a whole', async () => {
    const outcome = await lookup((_host, done) =>
      done(null, [
        { address: '93.184.215.14', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]),
    );

    expect(outcome).toMatchObject({ reason: 'blocked-address' });
  });

  it('a name of public addresses gives exactly the addresses that were checked', async () => {
    const addresses = [{ address: '93.184.215.14', family: 4 }];

    expect(await lookup((_host, done) => done(null, addresses))).toEqual(addresses);
  });

  it('lets pass the networks that are configured, on the ports that are, and no others', async () => {
    const within = { ...policy, networks: ['10.1.0.0/16', 'fd00:1::/32'] };
    const asked = (address: string): Promise<unknown> =>
      new Promise((resolved) => {
        const resolve: ResolveAll = (_host, done) => done(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
        guardedLookup(within, resolve)('host.example', { all: true }, (error, addresses) =>
          resolved(error ?? addresses),
        );
      });

    expect(checkedUrl('http://10.1.2.3/', undefined, within).hostname).toBe('10.1.2.3');
    expect(checkedUrl('https://[fd00:1::7]/', undefined, within).hostname).toBe('[fd00:1::7]');
    expect(await asked('10.1.2.3')).toEqual([{ address: '10.1.2.3', family: 4 }]);
    for (const address of ['10.2.0.1', '127.0.0.1', 'fd00:2::1', '::ffff:10.1.2.3', '64:ff9b::a01:203']) {
      expect(await asked(address)).toMatchObject({ reason: 'blocked-address' });
    }
    for (const location of [
      'http://10.2.0.1/',
      'http://10.1.2.3:6379/',
      'http://localhost/',
      'http://[::ffff:a01:203]/',
    ]) {
      expect(() => checkedUrl(location, undefined, within)).toThrow(
        expect.objectContaining({ reason: 'blocked-address' }),
      );
    }
  });
});
