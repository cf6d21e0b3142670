import type { ReadLimits } from './read-limits.js';

const headerBytes = 16;
/** Eight references of two bytes, and one that announces them, stand for seventeen bytes each at most. */
const timesMax = 8;
const windowBytes = 4096;
/** What every packed text can refer to from its start. */
const firstWords =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor ' +
  'MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i' +
  '\\u\\tab\\tx';

/** @throws PermanentFailure `too-large`, as it unpacks. */
function inflated(packed: Buffer, limits: ReadLimits): Buffer {
  const window = Buffer.alloc(windowBytes);
  let at = window.write(firstWords, 'latin1');
  const unpacked = Buffer.alloc(Math.min(packed.length * timesMax, limits.inflatedBytesLeft));
  let size = 0;
  const put = (byte: number): void => {
    if (size === unpacked.length) throw limits.tooLarge();
    unpacked[size++] = byte;
    window[at] = byte;
    at = (at + 1) % windowBytes;
  };
  let control = 0;
  for (let from = headerBytes, bit = 0; from < packed.length; bit = (bit + 1) % 8) {
    if (bit === 0) control = packed[from++] ?? 0;
    if ((control & (1 << bit)) === 0) {
      if (from < packed.length) put(packed[from++] ?? 0);
      continue;
    }
    if (from + 2 > packed.length) break;
    const reference = packed.readUInt16BE(from);
    const start = reference >> 4;
    from += 2;
    if (start === at) break;
    for (let n = 0; n < (reference & 15) + 2; n += 1) put(window[(start + n) % windowBytes] ?? 0);
  }
  return unpacked.subarray(0, size);
}

/**
 * Unpacks the rich text that Outlook keeps a body in (MS-OXRTFCP). The sizes and the checksum of its header are not
 * believed: what is there is read.
 * @returns nothing if it is no rich text. @throws PermanentFailure `too-large`.
 */
export function unpackRtf(packed: Buffer, limits: ReadLimits): string | undefined {
  const packing = packed.toString('latin1', 8, 12);
  if (packing !== 'LZFu' && packing !== 'MELA') return undefined;
  const bytes = packing === 'LZFu' ? inflated(packed, limits) : packed.subarray(headerBytes);
  limits.inflate(bytes.length);
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  const rtf = bytes.toString('latin1', 0, end);
  return rtf.startsWith('{\\rtf') ? rtf : undefined;
}
