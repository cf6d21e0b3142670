import { describe, expect, it } from '@jest/globals';

import { assignTogether } from './partition-assigner.js';

describe('partition assigner', () => {
  it('gives a partition of all topics to one member, and every partition to somebody', () => {
    const partitions = [0, 1, 2, 3, 4, 5];

    const assigned = assignTogether(
      ['b', 'a', 'd', 'c'],
      new Map([
        ['saga', partitions],
        ['outcomes', partitions],
      ]),
    );

    expect(Object.fromEntries(assigned)).toEqual({
      a: { saga: [0, 4], outcomes: [0, 4] },
      b: { saga: [1, 5], outcomes: [1, 5] },
      c: { saga: [2], outcomes: [2] },
      d: { saga: [3], outcomes: [3] },
    });
  });

  it('leaves members without partitions when there are more of them', () => {
    const assigned = assignTogether(['a', 'b', 'c'], new Map([['saga', [0, 1]]]));

    expect(assigned.get('c')).toEqual({});
  });
});
