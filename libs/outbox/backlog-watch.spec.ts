import { describe, expect, it } from '@jest/globals';

import { TransientFailure } from '#failure';
import { Metrics } from '#telemetry';

import { BacklogWatch } from './backlog-watch.js';
import type { OutboxBacklog } from './relay-session.js';

const backlog = { rows: 3, ageSeconds: 7, refused: 1 };
const away = new TransientFailure('away', { reason: 'postgres-unavailable' });

/** Rows, age and refused rows as a scraper is told them. */
async function shown({ outboxRows, outboxAgeSeconds, outboxRefusedRows }: Metrics): Promise<number[]> {
  const all = await Promise.all([outboxRows, outboxAgeSeconds, outboxRefusedRows].map((gauge) => gauge.get()));
  return all.flatMap(({ values }) => values.map(({ value }) => value));
}

describe('what a relay shows of the outbox', () => {
  it('is what it read, until it has lost its lock', async () => {
    const metrics = new Metrics();
    const watch = new BacklogWatch(() => Promise.resolve(backlog), metrics);

    await watch.look();
    const before = await shown(metrics);
    watch.end();

    expect(before).toEqual([3, 7, 1]);
    expect(await shown(metrics)).toEqual([]);
  });

  it('is nothing of what comes only after it has lost its lock', async () => {
    const metrics = new Metrics();
    const late = Promise.withResolvers<OutboxBacklog>();
    const watch = new BacklogWatch(() => late.promise, metrics);

    const look = watch.look();
    watch.end();
    late.resolve(backlog);
    await look;

    expect(await shown(metrics)).toEqual([]);
  });

  it('is nothing while the table can not be read', async () => {
    const metrics = new Metrics();
    const answers = [Promise.resolve(backlog), Promise.reject(away), Promise.resolve(backlog)];
    answers.forEach((answer) => void answer.catch(() => undefined));
    const watch = new BacklogWatch(() => answers.shift() ?? Promise.reject(away), metrics);

    const looks: number[][] = [];
    for (let look = 0; look < 3; look += 1) {
      await watch.look();
      looks.push(await shown(metrics));
    }

    expect(looks).toEqual([[3, 7, 1], [], [3, 7, 1]]);
  });

  it('takes nothing away from a watch that came after it', async () => {
    const metrics = new Metrics();
    const late = Promise.withResolvers<OutboxBacklog>();
    const first = new BacklogWatch(() => late.promise, metrics);

    const look = first.look();
    first.end();
    await new BacklogWatch(() => Promise.resolve(backlog), metrics).look();
    late.reject(away);
    await look;

    expect(await shown(metrics)).toEqual([3, 7, 1]);
  });
});
