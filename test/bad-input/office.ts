import { input, type BadInput } from './bad-input.js';
import { officeOf, parts, type OfficeKind } from './office-bytes.js';
import { endlessDeflate } from './zip-bytes.js';

/** Parts that are read of each kind; each is an own way in. */
const ways: readonly (readonly [OfficeKind, string])[] = [
  ['docx', 'word/document.xml'],
  ['docx', 'word/styles.xml'],
  ['docx', 'word/footnotes.xml'],
  ['docx', 'docProps/core.xml'],
  ['xlsx', 'xl/workbook.xml'],
  ['xlsx', 'xl/_rels/workbook.xml.rels'],
  ['xlsx', 'xl/sharedStrings.xml'],
  ['xlsx', 'xl/worksheets/one.xml'],
  ['pptx', 'ppt/presentation.xml'],
  ['pptx', 'ppt/slides/one.xml'],
  ['epub', 'META-INF/container.xml'],
  ['epub', 'book/book.opf'],
];

const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
const unsafe: Readonly<Record<string, string>> = {
  'a billion laughs': `<!DOCTYPE x [<!ENTITY l0 "ha">${laughs}]><x>&l9;</x>`,
  'a quadratic blowup': `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(50_000)}">]><x>${'&a;'.repeat(50_000)}</x>`,
  'an entity that names a file': '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
  'an entity that names an address': '<!DOCTYPE x [<!ENTITY f SYSTEM "http://127.0.0.1:20009/">]><x>&f;</x>',
  'a document type elsewhere': '<!DOCTYPE x SYSTEM "http://127.0.0.1:20009/x.dtd"><x/>',
  'a parameter entity': '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:20009/"> %p;]><x/>',
};
const broken: Readonly<Record<string, string>> = {
  'an entity nobody declared': '<x>&nobody;</x>',
  'an end that is missing': '<x><y>',
  'ends in another order': '<x><y></x></y>',
  'elements 100,000 deep': '<x>'.repeat(100_000) + '</x>'.repeat(100_000),
  'no XML at all': '\u0001\u0002 this is not XML \u0003',
};

function xmlIn([kind, part]: readonly [OfficeKind, string]): BadInput[] {
  const made = (what: string, xml: string | Buffer, reason: string): BadInput =>
    input(`${kind}: ${what} in ${part}`, `bad.${kind}`, () => officeOf(kind, { [part]: xml }), reason);
  return [
    ...Object.entries(unsafe).map(([what, xml]) => made(what, xml, 'unsafe-xml')),
    ...Object.entries(broken).map(([what, xml]) => made(what, xml, 'corrupt')),
    made('a billion laughs in UTF-16', Buffer.from(`\ufeff${unsafe['a billion laughs']}`, 'utf16le'), 'unsafe-xml'),
    input(
      `${kind}: a gigabyte in ${part}`,
      `bad.${kind}`,
      () => officeOf(kind, { [part]: { packed: endlessDeflate(`<x>${' '.repeat(1_048_576)}</x>`, 1024) } }),
      { refused: ['too-large', 'corrupt'] },
    ),
  ];
}

const external =
  '<Relationship Id="r9" Type="x/image" TargetMode="External" Target="http://127.0.0.1:20009/canary.png"/>';
const gauge = /Marta winds the gauge\./u;
const rels = (body: string): string => `<Relationships>${body}</Relationships>`;

export const officeInputs: readonly BadInput[] = [
  ...ways.flatMap(xmlIn),
  input(
    'docx: pictures and templates elsewhere',
    'a.docx',
    () => officeOf('docx', { 'word/_rels/document.xml.rels': rels(external) }),
    { text: gauge },
  ),
  input(
    'pptx: a slide that names addresses',
    'a.pptx',
    () => officeOf('pptx', { 'ppt/slides/_rels/one.xml.rels': rels(external) }),
    { text: gauge },
  ),
  input(
    'pptx: notes outside the archive',
    'a.pptx',
    () =>
      officeOf('pptx', {
        'ppt/slides/_rels/one.xml.rels': rels(
          '<Relationship Id="n" Type="x/notesSlide" Target="../../../../etc/passwd"/>',
        ),
      }),
    { text: gauge, without: /root:/u },
  ),
  input(
    'xlsx: a sheet outside the archive',
    'a.xlsx',
    () =>
      officeOf('xlsx', { 'xl/_rels/workbook.xml.rels': rels('<Relationship Id="r1" Type="x" Target="/etc/passwd"/>') }),
    'empty',
  ),
  input(
    'xlsx: a row whose number is none',
    'a.xlsx',
    () =>
      officeOf('xlsx', {
        'xl/worksheets/one.xml':
          '<worksheet><row r="NaN"><c r="ZZZ9" t="s"><v>0</v></c><c t="s"><v>0</v></c><c r="A1" t="s"><v>0</v></c></row></worksheet>',
      }),
    { text: gauge },
  ),
  input(
    'xlsx: a text that is not there',
    'a.xlsx',
    () =>
      officeOf('xlsx', {
        'xl/worksheets/one.xml': '<worksheet><row r="1"><c r="A1" t="s"><v>99</v></c></row></worksheet>',
      }),
    'empty',
  ),
  input(
    'xlsx: a long text in a million cells',
    'a.xlsx',
    () =>
      officeOf('xlsx', {
        'xl/sharedStrings.xml': `<sst><si><t>${'long '.repeat(20_000)}</t></si></sst>`,
        'xl/worksheets/one.xml': `<worksheet>${'<row><c t="s"><v>0</v></c></row>'.repeat(500_000)}</worksheet>`,
      }),
    { refused: ['out-of-memory', 'too-large', 'timeout'] },
  ),
  input(
    'xlsx: rows as wide as can be',
    'a.xlsx',
    () =>
      officeOf('xlsx', {
        'xl/worksheets/one.xml': `<worksheet>${'<row><c r="XFD1"><v>1</v></c></row>'.repeat(2_000)}</worksheet>`,
      }),
    'too-large',
  ),
  input(
    'xlsx: 2,000 sheets',
    'a.xlsx',
    () =>
      officeOf('xlsx', { 'xl/workbook.xml': `<workbook>${'<sheet name="a" r:id="r1"/>'.repeat(2_000)}</workbook>` }),
    'too-large',
  ),
  input(
    'pptx: 10,000 slides',
    'a.pptx',
    () => officeOf('pptx', { 'ppt/presentation.xml': `<p>${'<sldId r:id="r1"/>'.repeat(10_000)}</p>` }),
    'too-large',
  ),
  input(
    'pptx: one slide 4,000 times',
    'a.pptx',
    () => officeOf('pptx', { 'ppt/presentation.xml': `<p>${'<sldId r:id="r1"/>'.repeat(4_000)}</p>` }),
    { text: gauge },
  ),
  input(
    'docx: a table in a table, 300 deep',
    'a.docx',
    () =>
      officeOf('docx', {
        'word/document.xml': `<w:body>${'<w:tbl><w:tr><w:tc>'.repeat(300)}<w:p><w:r><w:t>deep</w:t></w:r></w:p>${'</w:tc></w:tr></w:tbl>'.repeat(300)}</w:body>`,
      }),
    { text: /deep/u },
  ),
  input('docx: no text', 'a.docx', () => officeOf('docx', { 'word/document.xml': '<w:body><w:p/></w:body>' }), 'empty'),
  input(
    'docx: NUL as a character reference',
    'a.docx',
    () => officeOf('docx', { 'word/document.xml': '<w:body><w:p><w:r><w:t>a&#0;b</w:t></w:r></w:p></w:body>' }),
    { refused: 'corrupt' },
  ),
  ...(
    [
      ['docx', 'word/document.xml'],
      ['xlsx', 'xl/sharedStrings.xml'],
      ['pptx', 'ppt/slides/one.xml'],
      ['epub', 'book/one.xhtml'],
    ] as const
  ).map(([kind, part]) =>
    input(
      `${kind}: NUL between words`,
      `a.${kind}`,
      () => officeOf(kind, { [part]: parts[kind][part]?.replace('the', 't\0he') ?? '' }),
      { text: gauge, warning: /NUL/u },
    ),
  ),
  input(
    'docx: text outside a paragraph',
    'a.docx',
    () =>
      officeOf('docx', {
        'word/document.xml': '<w:body><w:t>lost</w:t><w:p><w:r><w:t>kept</w:t></w:r></w:p></w:body>',
      }),
    { text: 'kept' },
  ),
  input('epub: no package', 'a.epub', () => officeOf('epub', { 'META-INF/container.xml': '<container/>' }), 'corrupt'),
  input(
    'epub: a package outside the archive',
    'a.epub',
    () =>
      officeOf('epub', { 'META-INF/container.xml': '<container><rootfile full-path="../../etc/passwd"/></container>' }),
    'corrupt',
  ),
  input(
    'epub: chapters outside the archive',
    'a.epub',
    () =>
      officeOf('epub', {
        'book/book.opf': '<package><item id="a" href="../../../etc/passwd"/><itemref idref="a"/></package>',
      }),
    'empty',
  ),
  input(
    'epub: a missing chapter among others',
    'a.epub',
    () =>
      officeOf('epub', {
        'book/book.opf':
          '<package><item id="b" href="no.xhtml"/><item id="a" href="one.xhtml"/><itemref idref="b"/><itemref idref="a"/></package>',
      }),
    { text: gauge, warning: /1 chapters/u },
  ),
  input(
    'epub: protected',
    'a.epub',
    () =>
      officeOf('epub', {
        'META-INF/encryption.xml': '<encryption><CipherReference URI="book/one.xhtml"/></encryption>',
      }),
    'encrypted',
  ),
  input(
    'epub: one chapter a million times',
    'a.epub',
    () =>
      officeOf('epub', {
        'book/book.opf': `<package><item id="a" href="one.xhtml"/>${'<itemref idref="a"/>'.repeat(600_000)}</package>`,
      }),
    { refused: ['too-large', 'timeout', 'out-of-memory'] },
  ),
  input(
    'epub: an address as a chapter',
    'a.epub',
    () =>
      officeOf('epub', {
        'book/book.opf': '<package><item id="a" href="http://127.0.0.1:20009/"/><itemref idref="a"/></package>',
      }),
    'empty',
  ),
  input('docx and xlsx in one', 'a.docx', () => officeOf('docx', parts.xlsx), {
    text: gauge,
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  }),
];
