import { describe, expect, it } from '@jest/globals';
import type { ServerNotification } from '@modelcontextprotocol/sdk/types.js';

import { waitForOutcome } from './wait-for-outcome.js';
import type { Json } from './memory-api.js';

interface Told {
  readonly progress: number;
  readonly message?: string;
}

const patience = { pollMs: 1, silenceMsMax: 3_600_000, waitMsMax: 10_000 };

/** Says one status after the other, the last one for ever. */
function ingestionOf(...statuses: readonly string[]): { get(): Promise<Json> } {
  let at = -1;
  return { get: () => Promise.resolve({ status: statuses[(at = Math.min(at + 1, statuses.length - 1))] }) };
}

/** A client that notes down what it is told, if it wants to be. */
function waiter(told: Told[], wants = true) {
  return {
    ...(wants ? { _meta: { progressToken: 'p' } } : {}),
    signal: new AbortController().signal,
    sendNotification: ({ params }: ServerNotification) => Promise.resolve(void told.push(params as unknown as Told)),
  };
}

describe('whoever waits for an ingestion', () => {
  it('hears of each status once, and of the end', async () => {
    const told: Told[] = [];

    const ingestion = ingestionOf('submitted', 'submitted', 'staged', 'extracted', 'writing', 'writing', 'live');
    const outcome = await waitForOutcome(ingestion, 'i', waiter(told), patience);

    expect(outcome).toEqual({ status: 'live' });
    expect(told.map(({ message, progress }) => [message, progress])).toEqual([
      ...[
        ['submitted', 1],
        ['staged', 2],
        ['extracted', 4],
        ['writing', 5],
      ],
      ['live', 6],
    ]);
  });

  it('hears in the middle of a long stage, too, by progress that grows and does not reach the next one', async () => {
    const told: Told[] = [];

    const ingestion = ingestionOf('staged', ...Array.from({ length: 20 }, () => 'parsed'), 'extracted', 'live');
    await waitForOutcome(ingestion, 'i', waiter(told), { ...patience, silenceMsMax: 0 });
    const beats = told.filter(({ message }) => message === 'still parsed').map(({ progress }) => progress);

    expect(beats).toHaveLength(19);
    expect(beats).toEqual([...new Set(beats)].sort((one, other) => one - other));
    expect([beats[0], beats.at(-1)].every((progress = 0) => progress > 3 && progress < 4)).toBe(true);
    expect(told.at(-1)).toMatchObject({ message: 'live', progress: 6 });
  });

  it('hears nothing if it did not ask to', async () => {
    const told: Told[] = [];

    await waitForOutcome(ingestionOf('parsed', 'live'), 'i', waiter(told, false), { ...patience, silenceMsMax: 0 });

    expect(told).toEqual([]);
  });

  it('is told how to go on if it takes too long', async () => {
    const late = waitForOutcome(ingestionOf('parsed'), 'i', waiter([]), { ...patience, waitMsMax: 20 });

    await expect(late).rejects.toMatchObject({ reason: 'timeout', message: expect.stringContaining('still parsed') });
  });
});
