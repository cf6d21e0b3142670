import { promisify } from 'node:util';
import { gzip, unzip, zstdCompress, zstdDecompress } from 'node:zlib';

import kafkajs from 'kafkajs';
import makeSnappyCodec from 'kafkajs-snappy';
import lz4 from 'lz4js';

import { splitSnappy } from './split-snappy.js';

/** How kafkajs packs and unpacks the records of a batch. */
export interface BatchCodec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(batch: Buffer): Promise<Buffer>;
}

/** A batch of the 1 MiB that brokers take may inflate a thousandfold; a process has to survive it. */
const inflatedBytesMax = 64 * 1024 * 1024;

/**
 * A codec for every compression a producer may choose, by its number in the protocol. kafkajs itself knows only gzip,
 * unbounded, and a consumer that meets another one crashes at that batch again and again.
 */
export function batchCodecs(bytesMax: number = inflatedBytesMax): Record<number, () => BatchCodec> {
  const { GZIP, Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;
  const bound = { maxOutputLength: bytesMax };
  return {
    [GZIP]: () => ({
      compress: ({ buffer }) => promisify(gzip)(buffer),
      decompress: (batch) => promisify(unzip)(batch, bound),
    }),
    [ZSTD]: () => ({
      compress: ({ buffer }) => promisify(zstdCompress)(buffer),
      decompress: (batch) => promisify(zstdDecompress)(batch, bound),
    }),
    [Snappy]: () => snappyCodec(bytesMax),
    [LZ4]: () => lz4Codec(bytesMax),
  };
}

/** Makes kafkajs read and write every compression; doing it again changes nothing. */
export function registerCodecs(): void {
  Object.assign(kafkajs.CompressionCodecs, codecs);
}

const codecs = batchCodecs();

function snappyCodec(bytesMax: number): BatchCodec {
  const snappy = makeSnappyCodec();
  return {
    compress: (encoder) => snappy.compress(encoder),
    decompress: async (batch) => {
      const blocks = splitSnappy(batch);
      checkSize(
        blocks.reduce((sum, { inflatedBytes }) => sum + inflatedBytes, 0),
        bytesMax,
      );
      return Buffer.concat(await Promise.all(blocks.map(({ bytes }) => snappy.decompress(bytes))));
    },
  };
}

/** Within its one block of at most this size, a frame of lz4js refers to no other. */
const lz4BlockBytes = 4 * 1024 * 1024;
/** Start of such a frame with the flag that says so, which lz4js leaves out and brokers insist on, and its checksum. */
const independentBlocks = Buffer.from('04224d18607073', 'hex');

function lz4Codec(bytesMax: number): BatchCodec {
  return {
    compress: async ({ buffer }) => {
      checkSize(buffer.length, lz4BlockBytes);
      const frame = Buffer.from(lz4.compress(buffer));
      independentBlocks.copy(frame);
      return Promise.resolve(frame);
    },
    // An async function, so that what lz4js throws becomes a rejection.
    decompress: async (batch) => {
      const target = Buffer.alloc(Math.min(lz4.decompressBound(batch), bytesMax));
      const size = lz4.decompressFrame(batch, target);
      checkSize(size, target.length);
      return Promise.resolve(target.subarray(0, size));
    },
  };
}

function checkSize(bytes: number, bytesMax: number): void {
  if (!(bytes <= bytesMax)) throw new RangeError(`a batch inflates to more than ${bytesMax} bytes`);
}
