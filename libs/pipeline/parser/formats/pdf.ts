import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { getDocument, type PDFDocumentLoadingTask, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';

import { PermanentFailure } from '#failure';

import { DocumentText, type ParsedDocument } from './document-text.js';
import type { Format, ParseHints } from './format.js';
import { blocksOf, type PdfBlock } from './pdf-blocks.js';
import { readingOrder, type Glyphs, type Region } from './pdf-layout.js';
import { loadLibrary } from './pdf-library.js';
import { countUnpacking, unpackWithin } from './pdf-unpacking.js';
import { noticePictures, whyNoText } from './pdf-without-text.js';
import type { ReadLimits } from './read-limits.js';

const pagesMax = 10_000;
/** Pages with more pieces of text than this are drawings made of letters. */
const piecesMax = 100_000;

/** What programs write when nobody has named the document. */
const placeholderTitle = /^\W*(?:untitled|anonymous|unknown|unnamed)?\W*$/iu;

const packageFolder = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
const folderUrl = (name: string): string => pathToFileURL(join(packageFolder, name, '/')).href;

let library: Promise<void> | undefined;

/** Once in each process: the library is loaded, and watched from then on. */
async function prepare(): Promise<void> {
  const classes = await loadLibrary();
  countUnpacking(classes);
  noticePictures(classes);
}

function openFailure(error: unknown): Error {
  const name = error instanceof Error ? error.name : '';
  if (name === 'PasswordException') {
    return new PermanentFailure('the PDF is protected by a password', { reason: 'encrypted' });
  }
  return new PermanentFailure('the PDF is damaged', { reason: 'corrupt', cause: error });
}

/** No scripts, no evaluated fonts, no forms that are programs; only the package's own character maps are read. */
function load(bytes: Buffer): PDFDocumentLoadingTask {
  return getDocument({
    data: new Uint8Array(bytes),
    ...{ useWasm: false, enableXfa: false, disableFontFace: true, useSystemFonts: false },
    ...{ disableRange: true, disableStream: true, disableAutoFetch: true, useWorkerFetch: false, verbosity: 0 },
    ...{ cMapUrl: folderUrl('cmaps'), cMapPacked: true, standardFontDataUrl: folderUrl('standard_fonts') },
  });
}

async function open(task: PDFDocumentLoadingTask): Promise<PDFDocumentProxy> {
  const pdf = await task.promise.catch((error: unknown) => {
    throw openFailure(error);
  });
  if (pdf.numPages < 1) throw new PermanentFailure('the PDF has no pages', { reason: 'corrupt' });
  if (pdf.numPages > pagesMax) {
    throw new PermanentFailure(`the PDF has over ${pagesMax} pages`, { reason: 'too-large' });
  }
  return pdf;
}

async function glyphsOf(pdf: PDFDocumentProxy, number: number): Promise<Glyphs[]> {
  const page = await pdf.getPage(number);
  const { items } = await page.getTextContent({ includeMarkedContent: false });
  if (items.length > piecesMax) throw new PermanentFailure('a page has too many pieces', { reason: 'too-large' });
  const glyphs = items.flatMap((item): Glyphs[] => {
    if (!('str' in item) || item.str.trim() === '') return [];
    const [a = 0, b = 0, , , x = 0, y = 0] = item.transform as number[];
    const height = item.height > 0 ? item.height : Math.hypot(a, b);
    return [{ text: item.str, x, y, width: item.width, height }];
  });
  page.cleanup();
  return glyphs;
}

async function readPages(pdf: PDFDocumentProxy, limits: ReadLimits): Promise<{ pages: PdfBlock[][]; bad: number[] }> {
  const pages: Region[][] = [];
  const bad: number[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const glyphs = await glyphsOf(pdf, number).catch((error: unknown) => {
      if (error instanceof PermanentFailure) throw error;
      bad.push(number);
      return [];
    });
    limits.requireLeft(); // Whatever the library made of being refused more.
    pages.push(readingOrder(glyphs));
  }
  return { pages: blocksOf(pages), bad };
}

async function titleOf(pdf: PDFDocumentProxy): Promise<string | undefined> {
  const { info } = await pdf.getMetadata();
  const title: unknown = (info as Readonly<Record<string, unknown>>)['Title'];
  return typeof title === 'string' && !placeholderTitle.test(title) ? title : undefined;
}

async function documentOf(pdf: PDFDocumentProxy, { cleaning, limits }: ParseHints): Promise<ParsedDocument> {
  const { pages, bad } = await readPages(pdf, limits);
  if (bad.length === pdf.numPages) throw new PermanentFailure('no page of the PDF can be read', { reason: 'corrupt' });
  const document = new DocumentText(cleaning);
  for (const [index, blocks] of pages.entries()) {
    const page = index + 1;
    for (const { kind, text, level } of blocks) document.add(kind, text, level, { page });
  }
  const parsed = document.finish((await titleOf(pdf).catch(() => undefined)) ?? document.firstHeading());
  if (parsed.text === '') throw await whyNoText(pdf);
  const empty = pages.filter((blocks) => blocks.length === 0).length - bad.length;
  const warnings = [
    ...(bad.length === 0 ? [] : [`${bad.length} of ${pdf.numPages} pages are damaged and were not read`]),
    ...(empty === 0 ? [] : [`${empty} of ${pdf.numPages} pages have no text; they may be pictures`]),
  ];
  return { ...parsed, warnings };
}

/** PDF: text in reading order, page by page. */
const pdfFormat: Format = {
  parse: async (bytes, hints) => {
    await (library ??= prepare());
    unpackWithin(hints.limits);
    const task = load(bytes);
    try {
      return await documentOf(await open(task), hints);
    } catch (error) {
      hints.limits.requireLeft(); // What the library says of a document that it may not unpack is something else.
      throw error;
    } finally {
      await task.destroy(); // The process reads other documents afterwards.
    }
  },
};
export default pdfFormat;
