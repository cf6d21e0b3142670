import { Archive } from './archive.js';
import { DocumentText } from './document-text.js';
import { DocxReader } from './docx-reader.js';
import type { Format } from './format.js';
import { coreTitle } from './relationships.js';
import { readXml } from './xml.js';

const mainPart = 'word/document.xml';
/** Notes stand behind the text, in the order of their numbers. */
const noteParts = ['word/footnotes.xml', 'word/endnotes.xml'];

/** Heading level of each paragraph style, by style id; styles are called `heading 1` in every language. */
async function headingStyles(archive: Archive): Promise<Map<string, number>> {
  const levels = new Map<string, number>();
  let style = '';
  await readXml(archive.pieces('word/styles.xml'), {
    open(name, { styleId, val }) {
      if (name === 'style') style = styleId ?? '';
      const level = name === 'name' ? /^heading ([1-9])$/iu.exec(val ?? '')?.[1] : undefined;
      if (level !== undefined) levels.set(style, Number(level));
      if (name === 'name' && /^title$/iu.test(val ?? '')) levels.set(style, 1);
      if (name === 'outlineLvl' && Number(val) < 9) levels.set(style, Number(val) + 1);
    },
  });
  return levels;
}

/** Word documents: paragraphs, headings, lists, tables row by row, and notes at the end. */
const docxFormat: Format = {
  parse: async (bytes, { cleaning, limits }) => {
    const archive = await Archive.open(bytes, limits);
    const document = new DocumentText(cleaning);
    const styles = await headingStyles(archive);
    for (const part of [mainPart, ...noteParts]) {
      const reader = new DocxReader(styles, (kind, text, level) => document.add(kind, text, level));
      await readXml(archive.pieces(part), reader);
    }
    return document.finish((await coreTitle(archive)) ?? document.firstHeading());
  },
};
export default docxFormat;
