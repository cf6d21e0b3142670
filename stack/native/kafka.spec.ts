import { describe, expect, it } from '@jest/globals';

import { clusterId } from './kafka.js';

describe('cluster id', () => {
  it('has the form Kafka expects', () => {
    expect(clusterId(Buffer.alloc(16, 7))).toMatch(/^[\w-]{22}$/);
  });

  it('never begins with a hyphen, which the command line would take for an option', () => {
    expect(clusterId(Buffer.alloc(16, 0xfb))).not.toMatch(/^-/);
  });
});
