import { describe, expect, it } from '@jest/globals';

import { BoardWatch, type BoardSources } from './board-watch.js';
import type { Board } from './board.js';

const options = { intervalMs: 5, samplesMax: 3, watchersMax: 2 };

/** Sources whose readings are counted. */
function sources(): BoardSources & { readings: number; isAway: boolean } {
  const made = {
    readings: 0,
    isAway: false,
    nowMs: () => made.readings * 1000,
    flow: () => {
      made.readings += 1;
      const roles = [{ role: 'parser', instances: 1, handled: made.readings * 10, lag: 0 }];
      return made.isAway ? Promise.reject(new Error('away')) : Promise.resolve({ atMs: made.nowMs(), roles });
    },
    work: () => {
      const outbox = { rows: 0, ageSeconds: 0, refused: 0 };
      const troubles = { stuck: { count: 0, oldest: [] }, breakers: { stores: [], models: [] } };
      return Promise.resolve({ inFlight: {}, open: 0, outbox, deadLetters: 0, recent: {}, ...troubles });
    },
  };
  return made;
}

async function boards(watch: BoardWatch, count: number): Promise<Board[]> {
  const seen: Board[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = watch.watch((board) => {
    if (board !== undefined) seen.push(board);
    if (seen.length === count) resolve();
  });
  await promise;
  end();
  return seen;
}

describe('a watch of the board', () => {
  it('reads once for all watchers, and stops when the last one goes', async () => {
    const from = sources();
    const watch = new BoardWatch(from, options);

    const [first, second] = await Promise.all([boards(watch, 3), boards(watch, 3)]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const readings = from.readings;
    await new Promise((resolve) => setTimeout(resolve, 30));

    expect(first.at(-1)?.stages?.[0]?.eventsPerSecond).toBe(10);
    expect(second.map(({ at }) => at)).toEqual(first.map(({ at }) => at));
    expect(from.readings).toBe(readings);
  });

  it('reads once for all who ask at the same time', async () => {
    const from = sources();
    const watch = new BoardWatch(from, options);

    const [first, second] = await Promise.all([watch.now(), watch.now(), boards(watch, 1)]);

    expect(second).toBe(first);
    expect(from.readings).toBe(1);
  });

  it('goes on through an outage, says which service is away, and counts its rates anew', async () => {
    const from = sources();
    const watch = new BoardWatch(from, options);

    await boards(watch, 2);
    from.isAway = true;
    const [, away] = await boards(watch, 2);
    from.isAway = false;
    const back = await boards(watch, 3);

    expect(away).toMatchObject({ stages: null, away: ['kafka'] });
    expect(back.at(-1)).toMatchObject({ away: [], stages: [{ role: 'parser', eventsPerSecond: 10 }] });
  });

  it('refuses more watchers than are set, and tells the others when it stops', () => {
    const watch = new BoardWatch(sources(), options);
    const told: (Board | undefined)[] = [];
    watch.watch((board) => void told.push(board));
    watch.watch(() => undefined);

    expect(() => watch.watch(() => undefined)).toThrow(/too many/);
    watch.stop();
    expect(told).toEqual([undefined]);
  });
});
