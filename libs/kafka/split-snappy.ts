/** A piece of a snappy batch that is inflated by itself. */
export interface SnappyBlock {
  readonly bytes: Buffer;
  /** Its size when inflated, as its header says. */
  readonly inflatedBytes: number;
}

/** Java producers write snappy-java's framing around the blocks, all others one bare block. */
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const xerialHeaderBytes = 16;

/**
 * Cuts a batch into blocks without inflating any of it.
 * @see https://github.com/xerial/snappy-java#compatibility-notes and the preamble in Google's format description.
 */
export function splitSnappy(batch: Buffer): SnappyBlock[] {
  if (!batch.subarray(0, xerialMagic.length).equals(xerialMagic)) return [blockOf(batch)];
  const blocks: SnappyBlock[] = [];
  let at = xerialHeaderBytes;
  while (at + 4 <= batch.length) {
    const end = at + 4 + batch.readUInt32BE(at);
    blocks.push(blockOf(batch.subarray(at + 4, end)));
    at = end;
  }
  return blocks;
}

/** The preamble is the inflated size as a varint, least significant bits first. */
function blockOf(bytes: Buffer): SnappyBlock {
  let inflatedBytes = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[i] ?? 0;
    inflatedBytes += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) break;
  }
  return { bytes, inflatedBytes };
}
