import { describe, expect, it } from '@jest/globals';

import { addressesOf, defaultPorts, portsOf } from './addresses.js';

describe('addresses of the stack', () => {
  it('are what each service’s own client takes', () => {
    expect(addressesOf(defaultPorts)).toEqual({
      kafka: '127.0.0.1:19092',
      registry: 'http://127.0.0.1:18081/apis/ccompat/v7',
      postgres: 'postgres://penstock:penstock@127.0.0.1:15432/penstock',
      neo4j: 'bolt://127.0.0.1:17687',
      qdrant: 'http://127.0.0.1:16333',
      redis: 'redis://127.0.0.1:16379',
    });
  });

  it('give back the ports they were made from', () => {
    expect(portsOf(addressesOf(defaultPorts))).toEqual(defaultPorts);
  });
});
