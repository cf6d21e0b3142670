import { describe, expect, it } from '@jest/globals';

import { linesOf, type NumberedLine } from './record-lines.js';

async function lines(pieces: readonly (string | Buffer)[], bytesMax = 10): Promise<NumberedLine[]> {
  async function* stream(): AsyncGenerator<Buffer> {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  const found: NumberedLine[] = [];
  for await (const line of linesOf(stream(), bytesMax)) found.push(line);
  return found;
}

describe('the lines of a stream', () => {
  it.each<[string, (string | Buffer)[], NumberedLine[]]>([
    ['of nothing', [], []],
    [
      'without a last line break',
      ['a\nb'],
      [
        { number: 1, text: 'a' },
        { number: 2, text: 'b' },
      ],
    ],
    [
      'with one',
      ['a\nb\n'],
      [
        { number: 1, text: 'a' },
        { number: 2, text: 'b' },
      ],
    ],
    [
      'behind a byte order mark',
      ['\ufeff{}\n\ufeffb'],
      [
        { number: 1, text: '{}' },
        { number: 2, text: '\ufeffb' },
      ],
    ],
    ['that are blank are counted only', ['\n \r\na\n\n'], [{ number: 3, text: 'a' }]],
    [
      'cut anywhere',
      ['{"a', '":1', '}\n', '{', '}'],
      [
        { number: 1, text: '{"a":1}' },
        { number: 2, text: '{}' },
      ],
    ],
    ['cut inside a character', [Buffer.from([0xc3]), Buffer.from([0xa4, 0x0a])], [{ number: 1, text: 'ä' }]],
    ['of just the length', ['0123456789\n'], [{ number: 1, text: '0123456789' }]],
    [
      'too long, and one after',
      ['01234', '567890', '1\nb'],
      [
        { number: 1, text: undefined },
        { number: 2, text: 'b' },
      ],
    ],
    ['too long at the end', ['0123456789', '0'], [{ number: 1, text: undefined }]],
  ])('%s', async (_what, pieces, found) => {
    expect(await lines(pieces)).toEqual(found);
  });
});
