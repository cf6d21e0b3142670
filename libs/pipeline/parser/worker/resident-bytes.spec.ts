import { describe, expect, it } from '@jest/globals';

import { residentBytes } from './resident-bytes.js';

const mib = 1024 ** 2;

describe('the memory of a process', () => {
  it('is known also when it was held for a moment and given back', async () => {
    const before = await residentBytes(process.pid);
    const memory = new ArrayBuffer(96 * mib);
    new Uint8Array(memory).fill(1);
    memory.transfer(0);

    const after = await residentBytes(process.pid);

    expect(after?.peak).toBeGreaterThan((before?.now ?? 0) + 90 * mib);
    expect(after?.now).toBeLessThan((before?.now ?? 0) + 60 * mib);
  });

  it('is none once it is gone', async () => {
    expect(await residentBytes(2 ** 30)).toBeUndefined();
  });
});
