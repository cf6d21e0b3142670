import { describe, expect, it } from '@jest/globals';

import { PermanentFailure } from '#failure';

import { recordBytes, type RawRecord } from './kafka-record.js';
import { publishLetters } from './publish-letters.js';
import { truncateLetter } from './truncate-letter.js';

const never = new AbortController().signal;

function aLetter(bytes: number, headers: RawRecord['headers'] = {}): RawRecord {
  const told = { ...headers, 'deadletter.offset': '7' };
  return { topic: 'letters', key: 'acme/a', value: Buffer.alloc(bytes, 'x'), headers: told };
}

/** Takes records of up to a million bytes, as a broker does. */
function boundedTopic(): { taken: RawRecord[]; publishRaw: (records: readonly RawRecord[]) => Promise<void> } {
  const taken: RawRecord[] = [];
  const publishRaw = (records: readonly RawRecord[]): Promise<void> => {
    if (records.some((record) => recordBytes(record) > 1_000_000)) {
      return Promise.reject(new PermanentFailure('refused', { reason: 'message-too-large' }));
    }
    taken.push(...records);
    return Promise.resolve();
  };
  return { taken, publishRaw };
}

describe('publishing dead letters', () => {
  it('cuts short what the broker refuses and leaves the others whole', async () => {
    const topic = boundedTopic();

    await publishLetters(topic, [aLetter(10), aLetter(5_000_000), aLetter(20)], never);

    expect(topic.taken.map(({ value }) => value?.length).toSorted((a, b) => Number(a) - Number(b))).toEqual([
      10, 20, 65_536,
    ]);
    const cut = topic.taken.find(({ value }) => value?.length === 65_536);
    expect(cut).toMatchObject({
      key: Buffer.from('acme/a'),
      headers: { 'deadletter.offset': '7', 'deadletter.truncated': '5000000' },
    });
  });

  it('cuts headers and keys that are too large as well, but never those that say why', () => {
    const huge = { ...aLetter(0, { first: 'kept', pad: 'x'.repeat(3_000_000) }), key: 'k'.repeat(2_000_000) };

    const cut = truncateLetter(huge);

    expect(recordBytes(cut)).toBeLessThan(200_000);
    expect(cut.headers).toEqual({ first: 'kept', 'deadletter.offset': '7', 'deadletter.truncated': '0' });
  });
});
