import { describe, expect, it } from '@jest/globals';

import { recordBytes, type RawRecord } from './kafka-record.js';
import { countTogether, groupByTopic, splitByBytes } from './send-queue.js';

const aRecord = (key: string, bytes = 0, topic = 't'): RawRecord => ({
  topic,
  key,
  value: Buffer.alloc(bytes),
  headers: {},
});

describe('send queue', () => {
  it('cuts records into runs under the bound and keeps their order', () => {
    const records = [aRecord('a', 400), aRecord('b', 400), aRecord('c', 5000), aRecord('d', 1)];

    const runs = splitByBytes(records, 1000);

    expect(runs.map((run) => run.map(({ key }) => key))).toEqual([['a', 'b'], ['c'], ['d']]);
  });

  it('counts keys, values and headers', () => {
    const record = {
      topic: 't',
      key: 'key',
      value: Buffer.alloc(10),
      headers: { h: 'é', two: [Buffer.alloc(3), 'x'] },
    };

    expect(recordBytes(record)).toBe(70 + 3 + 10 + 1 + 2 + 3 + 4);
  });

  it('takes together what fits, and one in any case', () => {
    expect(countTogether([{ bytes: 400 }, { bytes: 600 }, { bytes: 1 }], 1000)).toBe(2);
    expect(countTogether([{ bytes: 4000 }, { bytes: 1 }], 1000)).toBe(1);
    expect(countTogether([], 1000)).toBe(0);
  });

  it('keeps the order within a topic', () => {
    const groups = groupByTopic([aRecord('a', 0, 'x'), aRecord('b', 0, 'y'), aRecord('c', 0, 'x')]);

    expect(groups.get('x')?.map(({ key }) => key)).toEqual(['a', 'c']);
  });
});
