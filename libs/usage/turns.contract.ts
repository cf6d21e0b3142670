import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import type { CallLimits, TurnRequest, Turns } from './turns.js';

const none: CallLimits = { callsAtOnce: 1000, requestsPerMinute: undefined, tokensPerMinute: undefined };

/** What every counting of turns promises; `open` gives a further user of the same turns. */
export function turnsContract(name: string, open: () => Turns): void {
  const ask = (limits: Partial<CallLimits>, overrides: Partial<TurnRequest> = {}): TurnRequest => ({
    ...{ model: `model-${randomUUID()}`, tokens: 10, limits: { ...none, ...limits }, leaseMs: 60_000 },
    ...overrides,
  });
  const takeAll = async (turns: Turns, request: TurnRequest, times: number): Promise<string[]> => {
    const answers = await Promise.all(Array.from({ length: times }, () => turns.take(request)));
    return answers.flatMap((answer) => ('turn' in answer ? [answer.turn] : []));
  };

  describe(`${name}, as turns`, () => {
    it('lets so many calls run at the same time, whoever makes them, and another when one ends', async () => {
      const request = ask({ callsAtOnce: 3 });
      const [one, two] = [open(), open()];

      const taken = (await Promise.all([takeAll(one, request, 5), takeAll(two, request, 5)])).flat();

      expect(taken).toHaveLength(3);
      await one.end(request.model, taken[0] ?? '', 10);
      expect(await takeAll(two, request, 5)).toHaveLength(1);
    });

    it('lets so many requests begin in a minute, and says when the next may', async () => {
      const request = ask({ requestsPerMinute: 4 });
      const turns = open();
      for (const turn of await takeAll(turns, request, 9)) await turns.end(request.model, turn, 1);

      const answer = await turns.take(request);

      expect(answer).toEqual({ waitMs: expect.any(Number) });
      const { waitMs } = answer as { waitMs: number };
      expect(waitMs).toBeGreaterThan(30_000);
      expect(waitMs).toBeLessThanOrEqual(60_000);
    });

    it('counts tokens as they turned out to be, not as they were estimated', async () => {
      const request = ask({ tokensPerMinute: 100 }, { tokens: 60 });
      const turns = open();
      const [first = ''] = await takeAll(turns, request, 2);
      await turns.end(request.model, first, 30);

      expect(await takeAll(turns, request, 2)).toHaveLength(1);
    });

    it('lets a call that is bigger than the limit run alone', async () => {
      const request = ask({ tokensPerMinute: 100 }, { tokens: 500 });

      expect(await takeAll(open(), request, 3)).toHaveLength(1);
    });

    it('keeps models apart', async () => {
      const turns = open();

      expect(await takeAll(turns, ask({ requestsPerMinute: 1 }), 1)).toHaveLength(1);
      expect(await takeAll(turns, ask({ requestsPerMinute: 1 }), 1)).toHaveLength(1);
    });

    it('holds everybody back for as long as the provider asked', async () => {
      const request = ask({});
      const turns = open();
      await takeAll(turns, request, 1);
      await turns.block(request.model, 40_000);
      await turns.block(request.model, 10);

      const { waitMs } = (await open().take(request)) as { waitMs: number };

      expect(waitMs).toBeGreaterThan(30_000);
      expect(waitMs).toBeLessThanOrEqual(40_000);
    });

    it('gives the turn of a process that died to another', async () => {
      const request = ask({ callsAtOnce: 1 }, { leaseMs: 50 });
      const turns = open();
      await takeAll(turns, request, 1);

      let taken: string[] = [];
      while (taken.length === 0) {
        taken = await takeAll(turns, request, 1);
        await pause(10);
      }

      expect(taken).toHaveLength(1);
    });
  });
}
