import { describe, expect, it } from '@jest/globals';

import type { KafkaRecord } from './kafka-record.js';
import { PartitionQueue } from './partition-queue.js';

function records(count: number, bytes = 0): KafkaRecord[] {
  const record = { topic: 't', partition: 0, key: null, value: Buffer.alloc(bytes), headers: {}, timestampMs: 0 };
  return Array.from({ length: count }, (_, i) => ({ ...record, offset: BigInt(i) }));
}

describe('partition queue', () => {
  it('gives records in order and no more than asked for', () => {
    const queue = new PartitionQueue({ records: 10, bytes: 1e6 });
    queue.push(records(5));

    expect(queue.take(3, 1e6).map((r) => r.offset)).toEqual([0n, 1n, 2n]);
    expect(queue.take(3, 1e6).map((r) => r.offset)).toEqual([3n, 4n]);
    expect(queue.take(3, 1e6)).toEqual([]);
  });

  it('gives one record even if it is over the byte bound', () => {
    const queue = new PartitionQueue({ records: 10, bytes: 1e6 });
    queue.push(records(2, 5000));

    expect(queue.take(10, 100)).toHaveLength(1);
  });

  it('is full at either mark and drained at half of both', () => {
    const queue = new PartitionQueue({ records: 4, bytes: 10_000 });

    queue.push(records(4));
    expect([queue.full, queue.drained]).toEqual([true, false]);
    queue.take(2, 1e6);
    expect([queue.full, queue.drained]).toEqual([false, true]);
    queue.push(records(1, 10_000));
    expect([queue.full, queue.drained]).toEqual([true, false]);
  });
});
