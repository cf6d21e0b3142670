import { Readable } from 'node:stream';

import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';

import { readXml } from './xml.js';

/** Text of XML that comes a few bytes at a time, as from an archive that wants to confuse. */
async function textOf(xml: Buffer, pieceBytes = 3): Promise<string> {
  const pieces = Array.from({ length: Math.ceil(xml.length / pieceBytes) }, (_, n) =>
    xml.subarray(n * pieceBytes, (n + 1) * pieceBytes),
  );
  let text = '';
  await readXml(Readable.from(pieces), { text: (piece) => (text += piece) });
  return text;
}

const declared = (encoding: string, words: string): string =>
  `<?xml version="1.0" encoding="${encoding}" standalone='yes'?><a>${words}</a>`;

describe('XML in pieces', () => {
  it.each([
    ['ISO-8859-1', 'windows-1252', 'Grüße – “wie immer”'],
    ['windows-1251', 'windows-1251', 'Привет'],
    ['Shift_JIS', 'shift_jis', '水道の本'.repeat(300)],
    ['UTF-8', 'utf-8', 'Grüße 水道'],
  ])('is read in the encoding that it declares: %s', async (name, encoding, words) => {
    expect(await textOf(iconv.encode(declared(name, words), encoding))).toBe(words);
  });

  it('that declares UTF-16 in letters of one byte is read as the UTF-8 that it is', async () => {
    expect(await textOf(Buffer.from(declared('utf-16', 'Grüße')))).toBe('Grüße');
  });

  it('in an encoding nobody knows is read as UTF-8', async () => {
    expect(await textOf(Buffer.from(declared('x-unheard', 'Grüße')))).toBe('Grüße');
  });

  it.each([
    ['a mark', '\ufeff', 'utf-16le'],
    ['no mark', '', 'utf-16be'],
  ])('in UTF-16 with %s is read as such, whatever it declares', async (_with, mark, encoding) => {
    const xml = iconv.encode(`${mark}${declared('ISO-8859-1', 'Grüße')}`, encoding);

    expect(await textOf(xml)).toBe('Grüße');
  });

  it('of nothing says nothing', async () => {
    expect(await textOf(Buffer.alloc(0))).toBe('');
  });
});
