import { describe, expect, it } from '@jest/globals';

import { boardOf, withoutDocuments, type FlowSample, type OpenWork } from './board.js';

const work: OpenWork = {
  inFlight: { parser: 3 },
  open: 3,
  outbox: { rows: 0, ageSeconds: 0, refused: 0 },
  deadLetters: 0,
  recent: { live: 7 },
  stuck: { count: 0, oldest: [] },
  breakers: { stores: [], models: [] },
};

function sample(atMs: number, handled: number, lag = 0): FlowSample {
  return { atMs, roles: [{ role: 'parser', instances: 2, handled, lag }] };
}

describe('the board', () => {
  it('counts a rate over all the time that its samples span', () => {
    const board = boardOf(10_000, [sample(0, 100), sample(5_000, 100), sample(10_000, 125, 4)], work);

    expect(board.stages).toEqual([
      { role: 'parser', instances: 2, handled: 125, lag: 4, eventsPerSecond: 2.5, inFlight: 3 },
    ]);
    expect(board).toMatchObject({ at: '1970-01-01T00:00:10.000Z', away: [] });
  });

  it('knows no rate from one sample, and none below nothing when offsets were set back', () => {
    expect(boardOf(1, [sample(0, 100)], work).stages?.[0]?.eventsPerSecond).toBe(0);
    expect(boardOf(1, [sample(0, 100), sample(1_000, 0)], work).stages?.[0]?.eventsPerSecond).toBe(0);
  });

  it('has no documents in flight at a role that holds none', () => {
    expect(boardOf(1, [sample(0, 100)], { ...work, inFlight: {} }).stages?.[0]?.inFlight).toBeNull();
  });

  it('counts no documents for who may not know of all namespaces', () => {
    const board = withoutDocuments(boardOf(1, [sample(0, 100, 4)], work));

    expect(board).toMatchObject({ work: null, away: [], stages: [{ role: 'parser', lag: 4, inFlight: null }] });
    expect(withoutDocuments(boardOf(1, null, work)).stages).toBeNull();
  });

  it('names what is away, and still shows the rest', () => {
    expect(boardOf(0, null, work)).toMatchObject({ stages: null, work, away: ['kafka'] });
    expect(boardOf(0, [sample(0, 1)], null)).toMatchObject({
      stages: [{ role: 'parser', inFlight: null }],
      work: null,
      away: ['postgres'],
    });
  });
});
