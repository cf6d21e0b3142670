import { zipOf, type Member } from './zip-bytes.js';

export type OfficeKind = 'docx' | 'xlsx' | 'pptx' | 'epub';

const relationships = (body: string): string => `<Relationships>${body}</Relationships>`;
const prose = 'Marta winds the gauge.';

/** The parts of a small honest document of each kind; it says "Marta winds the gauge." */
export const parts: Readonly<Record<OfficeKind, Readonly<Record<string, string>>>> = {
  docx: {
    '[Content_Types].xml': '<Types/>',
    'word/document.xml': `<w:document><w:body><w:p><w:r><w:t>${prose}</w:t></w:r></w:p></w:body></w:document>`,
    'word/styles.xml': '<w:styles/>',
    'docProps/core.xml': '<cp:coreProperties><dc:title>Gauges</dc:title></cp:coreProperties>',
  },
  xlsx: {
    'xl/workbook.xml': '<workbook><sheets><sheet name="Gauges" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': relationships(
      '<Relationship Id="r1" Type="x/worksheet" Target="worksheets/one.xml"/>',
    ),
    'xl/worksheets/one.xml':
      '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>',
    'xl/sharedStrings.xml': `<sst><si><t>${prose}</t></si></sst>`,
    'xl/styles.xml': '<styleSheet/>',
  },
  pptx: {
    'ppt/presentation.xml': '<p:presentation><p:sldIdLst><p:sldId r:id="r1"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels': relationships('<Relationship Id="r1" Type="x/slide" Target="slides/one.xml"/>'),
    'ppt/slides/one.xml': `<p:sld><p:sp><a:p><a:r><a:t>${prose}</a:t></a:r></a:p></p:sp></p:sld>`,
  },
  epub: {
    'META-INF/container.xml': '<container><rootfile full-path="book/book.opf"/></container>',
    'book/book.opf':
      '<package><dc:title>Gauges</dc:title><item id="a" href="one.xhtml"/><itemref idref="a"/></package>',
    'book/one.xhtml': `<html><body><p>${prose}</p></body></html>`,
  },
};

/** A document of some kind with other parts, or more of them, than the honest one. */
export function officeOf(
  kind: OfficeKind,
  changed: Readonly<Record<string, string | Buffer | Omit<Member, 'name'>>> = {},
): Buffer {
  const first: Member[] =
    kind === 'epub'
      ? [{ name: 'mimetype', data: 'application/epub+zip', packed: Buffer.from('application/epub+zip'), method: 0 }]
      : [];
  const all = { ...parts[kind], ...changed };
  const members = Object.entries(all).map(([name, data]): Member =>
    typeof data === 'string' || Buffer.isBuffer(data) ? { name, data } : { name, ...data },
  );
  return zipOf([...first, ...members]);
}
