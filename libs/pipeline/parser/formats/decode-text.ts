import { isAscii } from 'node:buffer';

import chardet from 'chardet';
import iconv from 'iconv-lite';

import { decoderNamed } from './declared-encoding.js';

/** Encodings are guessed from the start of a document; the whole would cost seconds and say no more. */
const sampleBytes = 64 * 1024;

function utf16WithoutMark(bytes: Buffer): string | undefined {
  const sample = bytes.subarray(0, 1024);
  let even = 0;
  let odd = 0;
  sample.forEach((byte, index) => {
    if (byte === 0) index % 2 === 0 ? (even += 1) : (odd += 1);
  });
  const many = sample.length / 5;
  if (sample.length < 4) return undefined;
  if (odd > many && even === 0) return 'utf-16le';
  return even > many && odd === 0 ? 'utf-16be' : undefined;
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined; // Not UTF-8: some older encoding, which the caller finds out.
  }
}

/** UTF-16, by its mark or by its zeros. */
export function wideEncoding(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return utf16WithoutMark(bytes);
}

/** ISO-2022-JP switches its letters by escapes and has no other bytes than ASCII, so it looks like UTF-8. */
function hasShifts(bytes: Buffer): boolean {
  return (bytes.includes('\u001b$B', 0, 'latin1') || bytes.includes('\u001b$@', 0, 'latin1')) && isAscii(bytes);
}

/**
 * Text of a document in whatever encoding it has: byte order mark, UTF-8, UTF-16, the declared one, or the likeliest
 * of the older ones. What can't be decoded becomes a replacement character, so this never fails.
 */
export function decodeText(bytes: Buffer, declared?: string): string {
  const wide = wideEncoding(bytes);
  if (wide !== undefined) return iconv.decode(bytes, wide);
  if (hasShifts(bytes)) return new TextDecoder('iso-2022-jp').decode(bytes);
  const plain = utf8(bytes);
  if (plain !== undefined) return plain;
  const decoder = decoderNamed(declared);
  if (decoder !== undefined) return decoder.decode(bytes);
  const guessed =
    declared !== undefined && iconv.encodingExists(declared)
      ? declared
      : chardet.detect(bytes.subarray(0, sampleBytes));
  return iconv.decode(bytes, guessed !== null && iconv.encodingExists(guessed) ? guessed : 'windows-1252');
}
