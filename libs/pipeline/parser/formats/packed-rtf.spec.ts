import { describe, expect, it } from '@jest/globals';

import { unpackRtf } from './packed-rtf.js';
import { ReadLimits } from './read-limits.js';

const limits = (inflatedBytesMax = 1_000): ReadLimits => new ReadLimits({ inflatedBytesMax, childrenMax: 0 });

/** The examples of the specification (MS-OXRTFCP 3.1): a short text, and one that repeats itself as it is read. */
const hello = Buffer.from(
  '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0',
  'hex',
);
const repeated = Buffer.from('1a0000001c0000004c5a4675e2d44b514100' + '04205758595a0d6e7d010eb0', 'hex');

describe('packed rich text', () => {
  it('is unpacked as its specification says', () => {
    expect(unpackRtf(hello, limits())).toBe('{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n');
    expect(unpackRtf(repeated, limits())).toBe('{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}');
  });

  it('that is not really packed is taken as it is, without zeros at its end', () => {
    const rtf = '{\\rtf1 hello}\0\0';
    const header = Buffer.alloc(16);
    header.writeUInt32LE(rtf.length, 4);
    header.write('MELA', 8, 'latin1');

    expect(unpackRtf(Buffer.concat([header, Buffer.from(rtf)]), limits())).toBe('{\\rtf1 hello}');
  });

  it('that breaks off is unpacked as far as it goes, whatever its header says', () => {
    expect(unpackRtf(hello.subarray(0, -8), limits())).toBe('{\\rtf1\\ansi\\ansicpg1252\\pard hello w');
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another packing', Buffer.concat([hello.subarray(0, 8), Buffer.from('ABCD'), hello.subarray(12)])],
    ['other words than rich text', Buffer.concat([hello.subarray(0, 16), Buffer.from('\0no words')])],
  ])('of %s is none', (_what, packed) => {
    expect(unpackRtf(packed, limits())).toBeUndefined();
  });

  it('is unpacked to no more than a document may', () => {
    expect(() => unpackRtf(hello, limits(20))).toThrow(expect.objectContaining({ reason: 'too-large' }));
  });
});
