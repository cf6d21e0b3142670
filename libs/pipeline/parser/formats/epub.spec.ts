import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';

import { officeOf } from '../../../../test/bad-input/office-bytes.js';
import { Cleaning } from './cleaning.js';
import epub from './epub.js';
import { ReadLimits } from './read-limits.js';

describe('a book', () => {
  it('whose package and chapters are in an older encoding is read as they declare', async () => {
    const chapter = iconv.encode(
      '<?xml version="1.0" encoding="windows-1251"?>\n<html><head/><body><p>Насосы города</p></body></html>',
      'windows-1251',
    );
    const book = iconv.encode(
      '<?xml version="1.0" encoding="ISO-8859-1"?><package><dc:title>Brücken</dc:title>' +
        '<item id="a" href="one.xhtml"/><itemref idref="a"/></package>',
      'latin1',
    );
    const bytes = officeOf('epub', { 'book/book.opf': book, 'book/one.xhtml': chapter });
    const limits = new ReadLimits({ inflatedBytesMax: 100_000, childrenMax: 0 });

    expect(await epub.parse(bytes, { cleaning: new Cleaning(), limits })).toMatchObject({
      title: 'Brücken',
      text: 'Насосы города',
    });
  });
});
