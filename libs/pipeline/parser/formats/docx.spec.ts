import { describe, expect, it } from '@jest/globals';

import { officeOf } from '../../../../test/bad-input/office-bytes.js';
import { Cleaning } from './cleaning.js';
import type { ParsedDocument } from './document-text.js';
import docx from './docx.js';
import { ReadLimits } from './read-limits.js';

/** Reads a document with these parts, which is otherwise as small as one can be. */
async function read(parts: Readonly<Record<string, string>>): Promise<ParsedDocument> {
  const limits = new ReadLimits({ inflatedBytesMax: 100_000, childrenMax: 0 });
  return docx.parse(officeOf('docx', parts), { cleaning: new Cleaning(), limits });
}

const inBody = (body: string): Record<string, string> => ({
  'word/document.xml': `<w:document><w:body>${body}<w:sectPr/></w:body></w:document>`,
});
const textOf = async (body: string): Promise<string> => (await read(inBody(body))).text;

const run = (text: string): string => `<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
const p = (inner: string, properties = ''): string => `<w:p><w:pPr>${properties}</w:pPr>${inner}</w:p>`;
const cell = (text: string): string => `<w:tc><w:tcPr><w:tcW w:w="4"/></w:tcPr>${p(run(text))}</w:tc>`;
const row = (...cells: string[]): string => `<w:tr>${cells.map(cell).join('')}</w:tr>`;
const item = (text: string): string => p(run(text), '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>');
const said = 'w:id="1" w:author="Marta" w:date="2025-01-06T08:15:00Z"';
const inserted = (text: string): string => `<w:ins ${said}>${run(text)}</w:ins>`;
const deleted = (text: string): string => `<w:del ${said}><w:r><w:delText>${text}</w:delText></w:r></w:del>`;
/** As Word writes it: the box, and the same once more for older programs. */
const box = (text: string): string => {
  const content = `<w:txbxContent>${p(run(text))}</w:txbxContent>`;
  return (
    `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>${content}</wps:txbx></w:drawing>` +
    `</mc:Choice><mc:Fallback><w:pict><v:textbox>${content}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>`
  );
};
const notes = (kind: 'footnote' | 'endnote', text: string): string =>
  `<w:${kind}s><w:${kind} w:type="separator" w:id="-1">${p('<w:r><w:separator/></w:r>')}</w:${kind}>` +
  `<w:${kind} w:id="1">${p(`<w:r><w:${kind}Ref/></w:r>${run(` ${text}`)}`)}</w:${kind}></w:${kind}s>`;

describe('a Word document', () => {
  it('gives all that a reader sees in order, notes last, and nothing that was deleted', async () => {
    const body = [
      p(run('The pumps'), '<w:outlineLvl w:val="0"/>'),
      p(`${run('Two pumps run.')}<w:r><w:footnoteReference w:id="1"/></w:r>`),
      `<w:tbl><w:tblPr/><w:tblGrid/>${row('Station', 'Opened')}${row('Hillside', '1893')}</w:tbl>`,
      p(`${run('One rests.')}<w:r><w:endnoteReference w:id="1"/></w:r>`),
      p(box('Never both at once')),
      p(`${run('They run ')}${deleted('daily')}${inserted('nightly')}${run('.')}`),
      p(`${run('See ')}<w:hyperlink r:id="rId4">${run('the town hall')}</w:hyperlink>${run('.')}`),
      item('Hardness first'),
      item('Nitrate next'),
      p(run('That is all.')),
    ].join('');

    const document = await read({
      ...inBody(body),
      'word/footnotes.xml': notes('footnote', 'Since 1893.'),
      'word/endnotes.xml': notes('endnote', 'Since 1926.'),
    });

    const blocks = [...document.blocks].map(({ kind, start, end }) => [kind, document.text.slice(start, end)]);
    expect(blocks).toEqual([
      ['heading', 'The pumps'],
      ['paragraph', 'Two pumps run.'],
      ['table', 'Station | Opened\nHillside | 1893'],
      ['paragraph', 'One rests.'],
      ['paragraph', 'Never both at once'],
      ['paragraph', 'They run nightly.'],
      ['paragraph', 'See the town hall.'],
      ['list-item', 'Hardness first'],
      ['list-item', 'Nitrate next'],
      ['paragraph', 'That is all.'],
      ['paragraph', 'Since 1893.'],
      ['paragraph', 'Since 1926.'],
    ]);
  });

  it('keeps words together around a text box, and around the place of a note', async () => {
    const body = p(
      `${run('un')}${box('A box')}${run('broken')}<w:r><w:footnoteReference w:id="1"/></w:r>${run(' words')}`,
    );

    expect(await textOf(body)).toBe('A box\n\nunbroken words');
  });

  it('has moved words where they stand now, and rows that were deleted not at all', async () => {
    const moved = (where: string): string => `<w:${where} ${said}>${run('The moved words.')}</w:${where}>`;
    const gone = `<w:tr><w:trPr><w:del ${said}/></w:trPr><w:tc>${p(deleted('Gone'))}</w:tc></w:tr>`;

    const text = await textOf(
      `${p(moved('moveFrom'))}${p(run('First.'))}<w:tbl>${gone}${row('Kept')}</w:tbl>${p(moved('moveTo'))}`,
    );

    expect(text).toBe('First.\n\nKept\n\nThe moved words.');
  });

  it('whose paragraph was a heading or an item before a tracked change has it as it is now', async () => {
    const before = '<w:pPr><w:outlineLvl w:val="0"/><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>';

    const document = await read(inBody(p(run('Words'), `<w:pPrChange ${said}>${before}</w:pPrChange>`)));

    expect([...document.blocks]).toMatchObject([{ kind: 'paragraph' }]);
  });
});
