import { PermanentFailure } from '#failure';

import { Archive } from './archive.js';
import type { Cleaning } from './cleaning.js';
import { DocumentText } from './document-text.js';
import type { Format } from './format.js';
import { isDateFormat } from './number-formats.js';
import { coreTitle, relationshipsOf } from './relationships.js';
import { addRows } from './rows.js';
import { SheetReader, type CellTables } from './sheet-reader.js';
import { readXml } from './xml.js';

const workbookPart = 'xl/workbook.xml';
const sheetsMax = 1_000;

async function sharedStrings(archive: Archive): Promise<string[]> {
  const strings: string[] = [];
  let inText = false;
  let phonetic = 0;
  await readXml(archive.pieces('xl/sharedStrings.xml'), {
    open(name) {
      if (name === 'si') strings.push('');
      if (name === 'rPh') phonetic += 1;
      inText = name === 't' && phonetic === 0;
    },
    close(name) {
      if (name === 'rPh') phonetic -= 1;
      inText = false;
    },
    text(text) {
      if (inText) strings.push((strings.pop() ?? '') + text);
    },
  });
  return strings;
}

/** For each cell style, whether it shows a date. */
async function dateStyles(archive: Archive): Promise<boolean[]> {
  const codes = new Map<number, string>();
  const styles: boolean[] = [];
  let inCellStyles = false;
  await readXml(archive.pieces('xl/styles.xml'), {
    open(name, { numFmtId, formatCode }) {
      if (name === 'numFmt') codes.set(Number(numFmtId), formatCode ?? '');
      if (name === 'cellXfs') inCellStyles = true;
      const id = Number(numFmtId);
      if (name === 'xf' && inCellStyles) styles.push(isDateFormat(id, codes.get(id)));
    },
    close: (name) => {
      if (name === 'cellXfs') inCellStyles = false;
    },
  });
  return styles;
}

async function workbook(
  archive: Archive,
  cleaning: Cleaning,
): Promise<{ sheets: { name: string; id: string }[]; is1904: boolean }> {
  const sheets: { name: string; id: string }[] = [];
  let is1904 = false;
  await readXml(archive.pieces(workbookPart), {
    open(tag, { name, date1904, 'r:id': id }) {
      if (tag === 'sheet') sheets.push({ name: cleaning.text(name ?? ''), id: id ?? '' });
      if (tag === 'workbookPr') is1904 = date1904 === '1' || date1904 === 'true';
    },
  });
  if (sheets.length > sheetsMax) {
    throw new PermanentFailure(`the workbook has over ${sheetsMax} sheets`, { reason: 'too-large' });
  }
  return { sheets, is1904 };
}

/** Workbooks: each sheet under its name, each row as `column: value` with sheet and number as its origin. */
const xlsxFormat: Format = {
  parse: async (bytes, { cleaning, limits }) => {
    const archive = await Archive.open(bytes, limits);
    const { sheets, is1904 } = await workbook(archive, cleaning);
    const parts = await relationshipsOf(archive, workbookPart);
    const tables: CellTables = { strings: await sharedStrings(archive), dates: await dateStyles(archive), is1904 };
    const document = new DocumentText(cleaning);
    for (const { name, id } of sheets) {
      const part = parts.get(id)?.target;
      if (part === undefined) continue;
      const reader = new SheetReader(tables);
      await readXml(archive.pieces(part), reader);
      if (reader.rows.length === 0) continue;
      document.add('heading', name, 1, { sheet: name });
      addRows(document, reader.rows, name);
    }
    return document.finish(await coreTitle(archive));
  },
};
export default xlsxFormat;
