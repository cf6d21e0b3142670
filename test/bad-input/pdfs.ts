import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';

import { input, type BadInput, type Outcome } from './bad-input.js';
import { font, pageOf, pdfOf, sentence, type PageSays, type PdfObject, type PdfSays } from './pdf-bytes.js';
import { endlessDeflate } from './zip-bytes.js';

const gauge = { text: /Marta winds the gauge\./u };
const page = (what: string, say: PageSays, outcome: Outcome | string, says: PdfSays = {}): BadInput =>
  input(`PDF: ${what}`, 'a.pdf', () => pageOf(say, says), outcome);
const raw = (what: string, bytes: () => Buffer | string, outcome: Outcome | string): BadInput =>
  input(`PDF: ${what}`, 'a.pdf', bytes, outcome);

/** The flate stream of a bomb, with zlib's header. */
const bomb = (mib: number): Buffer =>
  Buffer.concat([Buffer.from([0x78, 0x9c]), endlessDeflate(Buffer.alloc(1_048_576, ' '), mib)]);
const flate = (stream: Buffer | string, more = ''): PdfObject => ({
  dictionary: `/Filter /FlateDecode ${more}`,
  stream,
});
/** A page that shows a thing beside its text. */
const showing =
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>';
const picture = '/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray';
const blankPages = (count: number): Buffer =>
  pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${Array.from({ length: count }, (_, n) => `${n + 3} 0 R`).join(' ')}] /Count ${count} >>`,
    ...Array.from({ length: count }, () => '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>'),
  ]);

export const pdfInputs: readonly BadInput[] = [
  raw('a header alone', () => '%PDF-1.7\n', 'corrupt'),
  raw('a header and noise', () => `%PDF-1.7\n${'noise '.repeat(5_000)}`, 'corrupt'),
  raw('a header and zeros', () => Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(100_000)]), 'corrupt'),
  raw('an end alone', () => '%PDF-1.7\nstartxref\n0\n%%EOF', 'corrupt'),
  raw('no catalog', () => pdfOf(['<< /Type /Font >>']), 'corrupt'),
  raw('a catalog that is its own tree of pages', () => pdfOf(['<< /Type /Catalog /Pages 1 0 R >>']), 'empty'),
  page('a tree of pages that holds itself', { pages: '<< /Type /Pages /Kids [2 0 R] /Count 1 >>' }, 'corrupt'),
  page(
    'a tree of pages that holds itself many times',
    { pages: `<< /Type /Pages /Kids [${'2 0 R '.repeat(1_000)}] /Count 1000 >>` },
    'corrupt',
  ),
  page(
    'two trees of pages that hold each other',
    {
      pages: '<< /Type /Pages /Kids [5 0 R] /Count 1 >>',
      more: ['<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>'],
    },
    'corrupt',
  ),
  page(
    'a tree of pages 5,000 deep',
    {
      pages: '<< /Type /Pages /Kids [5 0 R] /Count 1 >>',
      more: Array.from(
        { length: 5_000 },
        (_, n) => `<< /Type /Pages /Kids [${n === 4_999 ? 3 : n + 6} 0 R] /Count 1 >>`,
      ),
    },
    gauge,
  ),
  page('100,000 pages that are not there', { pages: '<< /Type /Pages /Kids [3 0 R] /Count 100000 >>' }, gauge),
  page('two billion pages', { pages: '<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>' }, gauge),
  raw('10,001 pages', () => blankPages(10_001), 'too-large'),
  raw('pages with nothing on them', () => blankPages(3), 'empty'),
  page('fewer than no pages', { pages: '<< /Type /Pages /Kids [3 0 R] /Count -1 >>' }, 'corrupt'),
  page('no pages', { pages: '<< /Type /Pages /Kids [] /Count 0 >>' }, 'corrupt'),
  page('pages that are a number', { pages: '42' }, 'corrupt'),
  page('a page that is not there', { pages: '<< /Type /Pages /Kids [99 0 R] /Count 1 >>' }, 'corrupt'),
  page(
    'one damaged page among others',
    { pages: '<< /Type /Pages /Kids [3 0 R 99 0 R] /Count 2 >>' },
    { ...gauge, warning: /1 of 2 pages are damaged/u },
  ),
  page('a table of objects that leads to itself', {}, gauge, { trailer: '<< /Size 5 /Root 1 0 R /Prev 0 >>' }),
  page('a table of objects before itself', {}, gauge, { trailer: '<< /Size 5 /Root 1 0 R /Prev 400 >>' }),
  page('a table far behind the end', {}, gauge, { startxref: '99999999' }),
  page('a table at a place that is none', {}, gauge, { startxref: '-5' }),
  page('no root', {}, 'corrupt', { trailer: '<< /Size 5 >>' }),
  page('a root that is not there', {}, 'corrupt', { trailer: '<< /Size 5 /Root 77 0 R >>' }),
  page('a version from the future', {}, gauge, { header: '%PDF-9.9\n' }),
  page('a content of ten gigabytes', { content: flate(bomb(10_240)) }, 'too-large'),
  page('a content of ten gigabytes that says it is a picture', { content: flate(bomb(10_240), picture) }, 'too-large'),
  page(
    'a content packed twice over',
    { content: { dictionary: '/Filter [/FlateDecode /FlateDecode]', stream: deflateSync(bomb(2_048)) } },
    'too-large',
  ),
  page(
    'a content whose every byte stands for 128',
    {
      content: {
        dictionary: '/Filter [/FlateDecode /RunLengthDecode]',
        stream: deflateSync(Buffer.alloc(1_000_000, Buffer.from([0x81, 0x20]))),
      },
    },
    'too-large',
  ),
  page(
    'a small content a thousand times',
    {
      page: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents [${'4 0 R '.repeat(1_000)}] ${font} >>`,
      content: flate(deflateSync(' '.repeat(900_000))),
    },
    'too-large',
  ),
  page(
    'a gigabyte of names for its letters',
    {
      page: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R ${font.replace('/Helvetica', '/Helvetica /ToUnicode 5 0 R')} >>`,
      more: [flate(bomb(1_024))],
    },
    'too-large',
  ),
  page(
    'a drawing of a gigabyte',
    {
      page: showing,
      content: { dictionary: '', stream: '/X Do' },
      more: [flate(bomb(1_024), '/Type /XObject /Subtype /Form /BBox [0 0 9 9]')],
    },
    'too-large',
  ),
  page('a content that was never packed', { content: flate('not flate') }, 'corrupt'),
  page('a content cut off', { content: flate(deflateSync(sentence.repeat(50)).subarray(0, 20)) }, 'corrupt'),
  page('a content of no bytes', { content: flate('') }, 'empty'),
  page('a filter nobody knows', { content: { dictionary: '/Filter /Unheard', stream: 'x' } }, 'corrupt'),
  page(
    'a content that is not there',
    { page: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 99 0 R ${font} >>` },
    'corrupt',
  ),
  page('a content shorter than it says', { content: { dictionary: '/Length 999999', stream: sentence } }, gauge),
  page('a content of negative length', { content: { dictionary: '/Length -5', stream: sentence } }, gauge),
  page('a length that is its own content', { content: { dictionary: '/Length 4 0 R', stream: sentence } }, gauge),
  page(
    'a content that is the whole page again',
    { page: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 3 0 R ${font} >>` },
    'corrupt',
  ),
  page('a text that never ends', { content: { dictionary: '', stream: 'BT /F1 12 Tf (never closed' } }, 'empty'),
  page(
    'a million operators without sense',
    { content: { dictionary: '', stream: 'q Q Z x '.repeat(250_000) } },
    'empty',
  ),
  page('an array 100,000 deep', { content: { dictionary: '', stream: `${'['.repeat(100_000)} TJ` } }, 'empty'),
  page('a catalog 20,000 deep', { catalog: `/X ${'['.repeat(20_000)}${']'.repeat(20_000)}` }, 'corrupt'),
  page(
    '200,000 pieces of text that lead off the page',
    { content: { dictionary: '', stream: `BT /F1 1 Tf ${'9 9 Td (a) Tj '.repeat(200_000)} ET` } },
    { text: /a/u },
  ),
  page(
    '104,000 pieces of text here and there',
    { content: { dictionary: '', stream: `BT /F1 1 Tf ${'99 99 Td (a) Tj -99 -99 Td (b) Tj '.repeat(52_000)} ET` } },
    'too-large',
  ),
  page(
    'a drawing that draws itself',
    {
      page: showing,
      content: { dictionary: '', stream: '/X Do' },
      more: [
        {
          dictionary: '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>',
          stream: '/X Do /X Do',
        },
      ],
    },
    'empty',
  ),
  page(
    'drawings that double at each level',
    {
      page: showing,
      content: { dictionary: '', stream: '/X Do' },
      more: Array.from({ length: 40 }, (_, n) => ({
        dictionary: `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X ${n + 6} 0 R >> >>`,
        stream: '/X Do /X Do',
      })),
    },
    { refused: ['timeout', 'out-of-memory'] },
  ),
  page(
    'parents in a circle',
    { page: '<< /Type /Page /Parent 3 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>' },
    gauge,
  ),
  page(
    'a font that is not there',
    {
      page: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 99 0 R >> >> >>',
    },
    gauge,
  ),
  page(
    'a font without letters',
    {
      page: showing.replace(
        '/XObject << /X 5 0 R >>',
        '/Font << /F1 << /Type /Font /Subtype /Type0 /BaseFont /X >> >>',
      ),
    },
    'corrupt',
  ),
  page(
    'a font with a program in its matrix',
    {
      page: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R ${font.replace('/Type1', '/Type1 /FontMatrix [1 0 0 1 0 (0\\); process.exit\\(7)]')} >>`,
    },
    { text: /gauge/u },
  ),
  page(
    'a script that runs when it is opened',
    { catalog: '/OpenAction << /S /JavaScript /JS (app.alert\\("x"\\); this.exportDataObject\\(\\)) >>' },
    { ...gauge, without: /alert|export/u },
  ),
  page(
    'scripts by name',
    { catalog: '/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (while\\(true\\){}) >>] >> >>' },
    { ...gauge, without: /while/u },
  ),
  page('a program to launch', { catalog: '/OpenAction << /S /Launch /F (/bin/sh) >>' }, { ...gauge, without: /bin/u }),
  page('an address to submit to', { catalog: '/OpenAction << /S /SubmitForm /F (http://127.0.0.1:20009/) >>' }, gauge),
  page(
    'a form that is a program (XFA)',
    {
      catalog: '/AcroForm << /XFA 5 0 R >>',
      more: [{ dictionary: '', stream: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>' }],
    },
    { ...gauge, without: /root:/u },
  ),
  page(
    'words with NUL and other controls',
    { content: { dictionary: '', stream: 'BT /F1 12 Tf 72 720 Td (Marta\\000\\001 winds) Tj ET' } },
    { text: /Marta/u, without: /[\0\u0001]/u },
  ),
  page(
    'letters that are NUL, says their font',
    {
      page: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R ${font.replace('/Helvetica', '/Helvetica /ToUnicode 5 0 R')} >>`,
      more: [
        {
          dictionary: '',
          stream:
            'begincmap 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <61> <0000> endbfchar endcmap',
        },
      ],
    },
    { text: 'Mrt winds the guge.', warning: /NUL/u },
  ),
  page(
    'a page of the size of a country',
    { page: `<< /Type /Page /Parent 2 0 R /MediaBox [-1e30 -1e30 1e30 1e30] /Contents 4 0 R ${font} >>` },
    gauge,
  ),
  page(
    'letters of no size',
    { content: { dictionary: '', stream: 'BT /F1 0 Tf 72 720 Td (Marta winds the gauge.) Tj ET' } },
    gauge,
  ),
  page(
    'letters of endless size',
    { content: { dictionary: '', stream: 'BT /F1 1e38 Tf 1e38 0 0 1e38 0 0 Tm (Marta winds the gauge.) Tj ET' } },
    { text: /Marta/u },
  ),
  page(
    'a picture and no text',
    { content: { dictionary: '', stream: 'q 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI Q' } },
    'scanned',
  ),
  page(
    'a large picture on its second page',
    {
      page: showing,
      pages: '<< /Type /Pages /Kids [6 0 R 3 0 R] /Count 2 >>',
      content: { dictionary: '', stream: '/X Do' },
      more: [
        flate(bomb(1_024), picture.replaceAll(/(Width|Height) 1/gu, '$1 32768')),
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>',
      ],
    },
    'scanned',
  ),
  page(
    'a picture that no page shows',
    { page: showing, content: { dictionary: '', stream: 'q Q' }, more: [{ dictionary: picture, stream: ' ' }] },
    'empty',
  ),
  page('a picture that is not there', { page: showing, content: { dictionary: '', stream: '/X Do' } }, 'empty'),
  page(
    'an encryption nobody knows',
    {},
    { refused: ['encrypted', 'corrupt'] },
    { trailer: '<< /Size 5 /Root 1 0 R /Encrypt << /Filter /Unheard /V 9 >> >>' },
  ),
  raw('a password', () => readFileSync(new URL('files/password.pdf', import.meta.url)), 'encrypted'),
];
