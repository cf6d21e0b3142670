import { describe, expect, it } from '@jest/globals';

import { ingestionRow } from './mapping.js';
import { decidePromotion, promotedState, type Remembered } from './promotion.js';

const remembered: Remembered = {
  foreign: false,
  state: 'pending',
  liveVersion: 2,
  liveIngestion: 'old',
  retractedThrough: 1,
};
const ingestion = (version: number, documentId = 'd') => ({
  namespace: 'n',
  documentId,
  ingestionId: `${documentId}${version}`,
  version,
});

describe('promotedState', () => {
  it.each([
    [3, 'live'],
    [2, 'superseded'],
    [1, 'retracted'],
  ])('decides version %i over live version 2 and a retraction through 1', (version, state) => {
    expect(promotedState(ingestionRow(ingestion(version)), remembered)).toBe(state);
  });

  it('orders two ingestions of one version by their ids', () => {
    const twin = (ingestionId: string) => ingestionRow({ ...ingestion(2), ingestionId });

    expect(promotedState(twin('older'), remembered)).toBe('live');
    expect(promotedState(twin('ol'), remembered)).toBe('superseded');
  });

  it.each(['live', 'compensated', 'superseded', 'retracted', 'replaced'] as const)('leaves %s as it is', (state) => {
    expect(promotedState(ingestionRow(ingestion(3)), { ...remembered, state })).toBe(state);
  });
});

describe('decidePromotion', () => {
  it('says what becomes live, what goes with it, and what is refused', () => {
    const [next, late, again] = [ingestion(3, 'a'), ingestion(2, 'b'), ingestion(5, 'c')].map(ingestionRow);
    if (next === undefined || late === undefined || again === undefined) throw new RangeError('there are three');
    const known = new Map([
      [next.ingestionId, remembered],
      [late.ingestionId, remembered],
      [again.ingestionId, { ...remembered, state: 'live' as const, liveIngestion: again.ingestionId }],
    ]);

    expect(decidePromotion([next, late, again], known)).toEqual({
      results: [
        { state: 'live', replaced: ['old'] },
        { state: 'superseded', replaced: [] },
        { state: 'live', replaced: [] },
      ],
      promoted: [next],
      replaced: ['old'],
      refused: [{ ingestionId: late.ingestionId, state: 'superseded' }],
    });
  });
});
