import { describe, expect, it } from '@jest/globals';

import { placeOf } from './place-of.js';

describe('placeOf', () => {
  it.each([
    [null, []],
    [{}, []],
    [{ page: 3 }, ['page 3']],
    [{ page: 3, lastPage: 3 }, ['page 3']],
    [{ page: 3, lastPage: 5 }, ['pages 3–5']],
    [{ row: 2, lastRow: 5 }, ['rows 2–5']],
    [{ sheet: 'Readings', row: 7 }, ['sheet Readings', 'row 7']],
  ])('says of %j where that is: %j', (origin, place) => {
    expect(placeOf(origin)).toEqual(place);
  });
});
