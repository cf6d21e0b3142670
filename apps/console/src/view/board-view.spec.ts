import { describe, expect, it } from '@jest/globals';

import type { Board, BoardStage } from '../api/types.js';
import { healthOf, linePoints, nextRates, outcomeShares, stageRows } from './board-view.js';

function stage(role: string, overrides: Partial<BoardStage> = {}): BoardStage {
  return { role, instances: 1, handled: 0, lag: 0, eventsPerSecond: 0, inFlight: 0, ...overrides };
}

function board(...stages: BoardStage[]): Board {
  return { at: '2026-11-28T10:00:00.000Z', stages, work: null, away: ['postgres'] };
}

describe('the board', () => {
  it('has stages in the order that documents take, the writers in a row of their own', () => {
    const shown = board(
      stage('janitor'),
      stage('writer-redis'),
      stage('parser'),
      stage('stager'),
      stage('writer-neo4j'),
    );

    expect(stageRows(shown).map(({ stages }) => stages.map(({ role }) => role))).toEqual([
      ['stager', 'parser'],
      ['writer-neo4j', 'writer-redis'],
      ['janitor'],
    ]);
  });

  it('is empty, not broken, while Kafka is away', () => {
    expect(stageRows({ ...board(), stages: null }).flatMap(({ stages }) => stages)).toEqual([]);
  });

  it.each([
    ['stopped', { instances: 0, lag: 5 }],
    ['working', { lag: 5, eventsPerSecond: 2 }],
    ['behind', { lag: 5 }],
    ['idle', {}],
  ])('says %s of %o', (health, overrides) => {
    expect(healthOf(stage('parser', overrides))).toBe(health);
  });

  it('remembers a minute of rates or two, not more', () => {
    let rates = {};
    for (let i = 0; i < 100; i += 1) rates = nextRates(rates, board(stage('parser', { eventsPerSecond: i })));

    expect(rates).toEqual({ parser: Array.from({ length: 60 }, (_, i) => i + 40) });
  });

  it('draws the newest rate at the right end, and the highest at the top', () => {
    expect(linePoints([0, 4], 118, 20)).toBe('116.0,19.0 118.0,1.0');
    expect(linePoints([], 118, 20)).toBe('');
  });

  it('shares out what became of the newest ingestions', () => {
    expect(outcomeShares({ failed: 1, live: 3 })).toEqual([
      { status: 'live', share: 0.75 },
      { status: 'failed', share: 0.25 },
    ]);
    expect(outcomeShares({})).toEqual([]);
  });
});
