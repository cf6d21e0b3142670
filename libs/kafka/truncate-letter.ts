import { recordBytes, type RawRecord } from './kafka-record.js';

/** Each of value, key and original headers keeps at most so much; together they fit any topic, packed or not. */
const keptBytesMax = 64 * 1024;

/**
 * What is left of a dead letter that the broker refuses for its size: the start of key and value, the first headers,
 * and all `deadletter.*` headers, with `deadletter.truncated` for the bytes the value had.
 */
export function truncateLetter(letter: RawRecord): RawRecord {
  const { key, value, headers } = letter;
  const kept: RawRecord['headers'] = {};
  let bytes = 0;
  for (const [name, content] of Object.entries(headers)) {
    if (!name.startsWith('deadletter.')) bytes += recordBytes({ key: null, value: null, headers: { [name]: content } });
    if (name.startsWith('deadletter.') || bytes <= keptBytesMax) kept[name] = content;
  }
  return {
    topic: letter.topic,
    key: key === null ? null : Buffer.from(key).subarray(0, keptBytesMax),
    value: value?.subarray(0, keptBytesMax) ?? null,
    headers: { ...kept, 'deadletter.truncated': String(value?.length ?? 0) },
  };
}
