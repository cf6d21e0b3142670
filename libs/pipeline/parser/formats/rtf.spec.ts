import { describe, expect, it } from '@jest/globals';

import { Cleaning } from './cleaning.js';
import { ReadLimits } from './read-limits.js';
import rtf from './rtf.js';

async function textOf(content: string): Promise<string> {
  const limits = new ReadLimits({ inflatedBytesMax: 1, childrenMax: 0 });
  return (await rtf.parse(Buffer.from(content, 'latin1'), { cleaning: new Cleaning(), limits })).text;
}

describe('RTF', () => {
  it('is read in the code page of the file, and of the font where that names another', async () => {
    const fonts =
      '{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fnil\\fcharset204 Arial Cyr;}{\\f2\\fcharset161 Arial Greek;}}';
    const words = "{\\f1\\'cf\\'f0\\'e8\\'e2\\'e5\\'f2}, caf\\'e9, {\\f2\\'e1\\'e2}";

    expect(await textOf(`{\\rtf1\\ansi\\ansicpg1252\\deff0${fonts}${words}\\par}`)).toBe('Привет, café, αβ');
  });
});
