import { isAscii } from 'node:buffer';

import chardet from 'chardet';
import iconv from 'iconv-lite';

/** Encodings are guessed from the start of a document; the whole would cost seconds and say no more. */
const sampleBytes = 64 * 1024;
/** Control characters but tab and line feed: no store wants them and PostgreSQL refuses NUL. */
const controlCharacters = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufeff]/gu;
const lineBreaks = /\r\n?|[\u000b\u000c\u0085\u2028]/gu;

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

function wideEncoding(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return utf16WithoutMark(bytes);
}

/** ISO-2022-JP switches its letters by escapes and has no other bytes than ASCII, so it looks like UTF-8. */
function hasShifts(bytes: Buffer): boolean {
  return (bytes.includes('\u001b$B', 0, 'latin1') || bytes.includes('\u001b$@', 0, 'latin1')) && isAscii(bytes);
}

function decoded(bytes: Buffer, declared: string | undefined): string {
  const wide = wideEncoding(bytes);
  if (wide !== undefined) return iconv.decode(bytes, wide);
  if (hasShifts(bytes)) return new TextDecoder('iso-2022-jp').decode(bytes);
  const plain = utf8(bytes);
  if (plain !== undefined) return plain;
  const guessed =
    declared !== undefined && iconv.encodingExists(declared)
      ? declared
      : chardet.detect(bytes.subarray(0, sampleBytes));
  return iconv.decode(bytes, guessed !== null && iconv.encodingExists(guessed) ? guessed : 'windows-1252');
}

/** Whether a text holds the NUL character, which PostgreSQL refuses and cleaning removes. */
export function holdsNul(bytes: Buffer): boolean {
  if (!bytes.includes(0)) return false;
  const wide = wideEncoding(bytes);
  if (wide === undefined) return true;
  for (let at = 0; at + 1 < bytes.length; at += 2) if (bytes[at] === 0 && bytes[at + 1] === 0) return true;
  return false;
}

/** Removes what no reader sees and no store takes, and makes every line end with a line feed. */
export function cleanText(text: string): string {
  return text.replace(lineBreaks, '\n').replace(controlCharacters, '').toWellFormed();
}

/**
 * Text of a document in whatever encoding it has: byte order mark, UTF-8, UTF-16, the declared one, or the likeliest
 * of the older ones. What can't be decoded becomes a replacement character, so this never fails.
 */
export function decodeText(bytes: Buffer, declared?: string): string {
  return cleanText(decoded(bytes, declared));
}
