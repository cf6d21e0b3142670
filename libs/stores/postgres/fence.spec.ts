import { describe, expect, it } from '@jest/globals';

import type { IngestionState } from '#stores/port';

import { anIngestion, ref } from '../../../test/builders/index.js';
import { fenceOf, promotion, standing, type DocumentMarker } from './fence.js';

const [v1, v2, v3] = [1, 2, 3].map((version) => ref(anIngestion({ version }).build()));
if (v1 === undefined || v2 === undefined || v3 === undefined) throw new Error('three were built');
const refs = [v1, v2, v3];

function fenceWith(states: readonly (IngestionState | undefined)[], marker: Partial<DocumentMarker> = {}) {
  const document = { namespace: 'default', documentId: 'handbook', live: undefined, retractedThrough: 0, ...marker };
  const known = refs.flatMap((own, index) => {
    const state = states[index];
    return state === undefined ? [] : [{ ref: own, state }];
  });
  return fenceOf(new Map([['default/handbook', document]]), known, refs);
}

describe('the fence of PostgreSQL', () => {
  it('promotes several versions of one document one after the other', () => {
    const fence = fenceWith(['pending', 'pending', 'pending']);

    const { results, changes } = promotion(fence, [v2, v1, v3]);

    expect(results).toEqual([
      { state: 'live', replaced: [] },
      { state: 'superseded', replaced: [] },
      { state: 'live', replaced: [v2.ingestionId] },
    ]);
    expect(changes).toEqual([
      { ref: v2, state: 'replaced' },
      { ref: v1, state: 'superseded' },
      { ref: v3, state: 'live' },
    ]);
  });

  it('lets one of two ingestions of the same version win, in whatever order they come', () => {
    const twin = { ...v1, ingestionId: 'ffffffff-0000-7000-8000-000000000000' };

    const ends = [v1, twin].map((live) => {
      const fence = fenceOf(
        fenceWith(['pending'], { live }).markers,
        [
          { ref: v1, state: 'pending' },
          { ref: twin, state: 'pending' },
        ],
        [],
      );
      return promotion(fence, [live === v1 ? twin : v1]).results[0]?.state;
    });

    expect(ends).toEqual(['live', 'superseded']);
  });

  it('says nothing of an ingestion it never saw, unless its document was retracted', () => {
    expect(standing(fenceWith([]), v2)).toBeUndefined();
    expect(standing(fenceWith([], { retractedThrough: 2 }), v2)).toBe('retracted');
    expect(standing(fenceWith([], { retractedThrough: 1 }), v2)).toBeUndefined();
    expect(promotion(fenceWith([]), [v2])).toEqual({ results: [undefined], changes: [] });
  });

  it('keeps an ingestionId that is used for two documents with its owner', () => {
    const thief = { ...v1, documentId: 'other' };

    const fence = fenceOf(new Map(), [{ ref: v1, state: 'live' }], [thief]);

    expect(fence.foreign).toBe(v1.ingestionId);
    expect(standing(fence, thief)).toBe('compensated');
    expect(fenceOf(new Map(), [], [v1, thief]).foreign).toBe(v1.ingestionId);
  });
});
