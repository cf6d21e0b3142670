import { describe, expect, it } from '@jest/globals';

import { SheetReader } from './sheet-reader.js';
import { readXml } from './xml.js';

async function rowsOf(data: string): Promise<SheetReader['rows']> {
  const reader = new SheetReader({ strings: [], dates: [], is1904: false });
  async function* pieces(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(Buffer.from(`<worksheet><sheetData>${data}</sheetData></worksheet>`));
  }
  await readXml(pieces(), reader);
  return reader.rows;
}

const cell = '<c><v>7</v></c>';

describe('rows of a sheet', () => {
  it('have the number that they say, or one more than the row before where they say none', async () => {
    const rows = await rowsOf(`<row r="3">${cell}</row><row>${cell}</row><row r="9">${cell}</row>`);

    expect(rows.map(({ row }) => row)).toEqual([3, 4, 9]);
  });

  it.each(['seven', '-5', '1e300', '0', '2.5', '99999999'])('whose number %s can be none are counted', async (r) => {
    const rows = await rowsOf(`<row r="2">${cell}</row><row r="${r}">${cell}</row>`);

    expect(rows.map(({ row }) => row)).toEqual([2, 3]);
  });
});
