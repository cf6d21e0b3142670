import { describe, expect, it } from '@jest/globals';

import { PermanentFailure, TransientFailure } from '#failure';
import { createLogger } from '#telemetry';

import { waitForServices } from './wait-for-services.js';

const log = createLogger('silent');
const away = new TransientFailure('postgres: connection refused', { reason: 'refused' });

/** Work that fails so often, and how long was waited between its tries. */
function failing(times: number, failure: Error): { work: () => Promise<string>; tried: () => number; waits: number[] } {
  let tried = 0;
  const work = (): Promise<string> => {
    tried += 1;
    return tried > times ? Promise.resolve('ready') : Promise.reject(failure);
  };
  return { work, tried: () => tried, waits: [] };
}

const run = ({ work, waits }: ReturnType<typeof failing>): Promise<string> =>
  waitForServices(work, log, (ms) => Promise.resolve(waits.push(ms)));

describe('a start', () => {
  it('waits for a service that is away, ever longer', async () => {
    const some = failing(4, away);

    await expect(run(some)).resolves.toBe('ready');

    expect(some.waits).toEqual([50, 100, 200, 400]);
  });

  it('ends with the reason if the service stays away for a minute', async () => {
    const some = failing(Infinity, away);

    await expect(run(some)).rejects.toMatchObject({ reason: 'refused' });

    expect(some.waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(60_000);
    expect(some.tried()).toBeLessThan(20);
  });

  it('ends at once with what trying again cannot change', async () => {
    const some = failing(Infinity, new PermanentFailure('wrong password', { reason: 'denied' }));

    await expect(run(some)).rejects.toMatchObject({ reason: 'denied' });

    expect(some.tried()).toBe(1);
  });
});
