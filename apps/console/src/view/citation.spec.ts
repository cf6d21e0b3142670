import { describe, expect, it } from '@jest/globals';

import { placeText, segmentsOf } from './citation.js';

describe('a citation', () => {
  it('is cut where highlights begin and end', () => {
    const highlights = [
      [0, 3],
      [9, 13],
    ] as const;

    expect(segmentsOf({ text: 'Who runs ACME?', highlights })).toEqual([
      { text: 'Who', isHighlighted: true },
      { text: ' runs ', isHighlighted: false },
      { text: 'ACME', isHighlighted: true },
      { text: '?', isHighlighted: false },
    ]);
  });

  it('shows all of its text, whatever its highlights say', () => {
    const highlights = [
      [2, 1],
      [3, 5],
      [4, 6],
      [7, 99],
    ] as const;
    const segments = segmentsOf({ text: 'some text', highlights });

    expect(segments.map(({ text }) => text).join('')).toBe('some text');
    expect(segments.filter(({ isHighlighted }) => isHighlighted)).toHaveLength(1);
  });

  it('says where it stands, as far as its format has places', () => {
    const origin = { page: 3, lastPage: 4, sheet: 'Q1', row: 7 };

    expect(placeText({ headingPath: ['Report', 'People'], origin, seq: 0 })).toBe(
      'Report › People, pages 3–4, sheet Q1, row 7',
    );
    expect(placeText({ headingPath: [], origin: null, seq: 1 })).toBe('passage 2');
  });
});
