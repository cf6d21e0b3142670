import { describe, expect, it } from '@jest/globals';

import { PermanentFailure, TransientFailure } from '#failure';
import { Metrics } from '#telemetry';

import { CircuitBreaker, type CircuitTurn } from './circuit-breaker.js';

interface Rig {
  readonly breaker: CircuitBreaker;
  readonly clock: { ms: number };
  readonly turns: CircuitTurn[];
  readonly level: () => Promise<number | undefined>;
}

function aBreaker(): Rig {
  const clock = { ms: 0 };
  const metrics = new Metrics();
  const turns: CircuitTurn[] = [];
  const policy = { failuresMax: 3, openMs: 1000 };
  const breaker = new CircuitBreaker({
    role: 'writer-redis',
    dependency: 'redis',
    metrics,
    nowMs: () => clock.ms,
    policy,
    onTurn: (turn) => turns.push(turn),
  });
  const level = async (): Promise<number | undefined> => (await metrics.breakerState.get()).values[0]?.value;
  return { breaker, clock, turns, level };
}

const down = (): Promise<never> => Promise.reject(new TransientFailure('refused'));
const fine = (): Promise<string> => Promise.resolve('fine');

async function fail(breaker: CircuitBreaker, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await breaker.run(down).catch(() => undefined);
}

describe('circuit breaker', () => {
  it('opens after consecutive transient failures and then fails without calling', async () => {
    const { breaker, level } = aBreaker();
    let calls = 0;

    await fail(breaker, 3);
    const refused = breaker.run(() => Promise.resolve(calls++));

    await expect(refused).rejects.toMatchObject({ kind: 'transient', reason: 'circuit-open' });
    expect(calls).toBe(0);
    expect(await level()).toBe(2);
  });

  it('tells when it opens, opens again after a failed probe, and closes, and nothing else', async () => {
    const { breaker, clock, turns } = aBreaker();
    const away = (): Promise<never> => Promise.reject(new TransientFailure('away', { reason: 'unreachable' }));

    await fail(breaker, 3);
    await fail(breaker, 2);
    clock.ms = 1500;
    await breaker.run(away).catch(() => undefined);
    clock.ms = 3000;
    await breaker.run(fine);
    await breaker.run(fine);

    const opened = { to: 'open', reason: 'unspecified' };
    expect(turns).toEqual([opened, { to: 'open', reason: 'unreachable' }, { to: 'closed' }]);
  });

  it('forgets failures after a success', async () => {
    const { breaker } = aBreaker();

    await fail(breaker, 2);
    await breaker.run(fine);
    await fail(breaker, 2);

    await expect(breaker.run(fine)).resolves.toBe('fine');
  });

  it('takes a permanent failure for an answer', async () => {
    const { breaker } = aBreaker();

    await fail(breaker, 2);
    await breaker.run(() => Promise.reject(new PermanentFailure('refused'))).catch(() => undefined);
    await fail(breaker, 2);

    await expect(breaker.run(fine)).resolves.toBe('fine');
  });

  it.each(['nothing-pending', 'pending-missing', 'aborted'])('does not take %s for an outage', async (reason) => {
    const { breaker, level } = aBreaker();

    for (let i = 0; i < 5; i++) {
      await breaker.run(() => Promise.reject(new TransientFailure('not now', { reason }))).catch(() => undefined);
    }

    expect(await level()).toBe(0);
    await expect(breaker.run(fine)).resolves.toBe('fine');
  });

  it('opens again when its probe is stopped', async () => {
    const { breaker, clock, level } = aBreaker();
    await fail(breaker, 3);
    clock.ms = 1000;

    const stopped = new TransientFailure('stopped', { reason: 'aborted' });
    await breaker.run(() => Promise.reject(stopped)).catch(() => undefined);

    expect(await level()).toBe(2);
  });

  it('lets one probe through after a while and closes when it succeeds', async () => {
    const { breaker, clock, level } = aBreaker();
    await fail(breaker, 3);
    clock.ms = 1000;
    const gate = Promise.withResolvers<string>();

    const probe = breaker.run(() => gate.promise);
    const other = breaker.run(fine);

    await expect(other).rejects.toMatchObject({ reason: 'circuit-open' });
    expect(await level()).toBe(1);
    gate.resolve('up');
    await expect(probe).resolves.toBe('up');
    expect(await level()).toBe(0);
  });

  it('opens again at once when the probe fails', async () => {
    const { breaker, clock, level } = aBreaker();
    await fail(breaker, 3);
    clock.ms = 1000;

    await fail(breaker, 1);

    expect(await level()).toBe(2);
    await expect(breaker.run(fine)).rejects.toMatchObject({ reason: 'circuit-open' });
  });

  it('lets another probe through when one never comes back', async () => {
    const { breaker, clock, level } = aBreaker();
    await fail(breaker, 3);
    clock.ms = 1000;
    void breaker.run(() => new Promise(() => undefined));
    await expect(breaker.run(fine)).rejects.toMatchObject({ reason: 'circuit-open' });

    clock.ms = 31_000;

    await expect(breaker.run(fine)).resolves.toBe('fine');
    expect(await level()).toBe(0);
  });
});
