import { describe, expect, it } from '@jest/globals';

import { RateLimits } from './rate-limits.js';

/** What the limiter is given while Redis is away: each process counts for itself then. */
const away = { status: 'end' };

describe('rate limits', () => {
  it('refuse what is over them, one sender at a time, and say when to come back', async () => {
    const limits = new RateLimits({ redis: away, callerMax: 3, strangerMax: 2 });
    const key = { kind: 'key' as const, id: 'a' };
    for (let turn = 0; turn < 3; turn += 1) await limits.countCaller(key);

    await expect(limits.countCaller(key)).rejects.toMatchObject({
      reason: 'rate-limited',
      retryAfterMs: expect.any(Number),
    });
    await limits.countCaller({ kind: 'key', id: 'b' });
    await limits.countCaller({ kind: 'token', id: 'a' });
  });

  it('count addresses apart from keys, and leave an open loopback alone', async () => {
    const limits = new RateLimits({ redis: away, callerMax: 1, strangerMax: 1 });
    await limits.countStranger('10.0.0.1');

    await expect(limits.countStranger('10.0.0.1')).rejects.toMatchObject({ reason: 'rate-limited' });
    await limits.countStranger('10.0.0.2');
    for (let turn = 0; turn < 5; turn += 1) await limits.countCaller({ kind: 'anyone', id: 'anyone' });
  });
});
