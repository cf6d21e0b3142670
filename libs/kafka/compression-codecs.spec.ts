import { describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';

import { batchCodecs, type BatchCodec } from './compression-codecs.js';

const { GZIP, LZ4, Snappy, ZSTD } = kafkajs.CompressionTypes;
const kinds = [
  ['gzip', GZIP],
  ['snappy', Snappy],
  ['lz4', LZ4],
  ['zstd', ZSTD],
] as const;
const text = Buffer.from('one record after another, '.repeat(10_000));

function codecOf(kind: number, bytesMax?: number): BatchCodec {
  const make = batchCodecs(bytesMax)[kind];
  if (make === undefined) throw new Error(`no codec ${kind}`);
  return make();
}

describe.each(kinds)('the %s codec', (_name, kind) => {
  it('gives back what it packed, smaller in between', async () => {
    const packed = await codecOf(kind).compress({ buffer: text });

    expect(packed.length).toBeLessThan(text.length / 4);
    expect((await codecOf(kind).decompress(packed)).equals(text)).toBe(true);
  });

  it('refuses a batch that inflates over the bound', async () => {
    const packed = await codecOf(kind).compress({ buffer: text });

    await expect(codecOf(kind, 10_000).decompress(packed)).rejects.toThrow();
  });

  it('refuses garbage', async () => {
    await expect(codecOf(kind).decompress(Buffer.from('\xff\xff\xff\xff garbage', 'latin1'))).rejects.toThrow();
  });
});

describe('the snappy codec', () => {
  it("reads the blocks of snappy-java's framing", async () => {
    const codec = codecOf(Snappy);
    const halves = [text.subarray(0, 1000), text.subarray(1000)];
    const framed: Buffer[] = [Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])];
    for (const half of halves) {
      const block = await codec.compress({ buffer: half });
      const length = Buffer.alloc(4);
      length.writeUInt32BE(block.length);
      framed.push(length, block);
    }

    expect((await codec.decompress(Buffer.concat(framed))).equals(text)).toBe(true);
  });
});
