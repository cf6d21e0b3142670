import { inflateSync } from 'node:zlib';

import { AnnotationMode, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';

import { PermanentFailure } from '#failure';

import type { LibraryClasses, LibraryPage, LibraryStream } from './pdf-library.js';

/** What is seen of the pages that are looked at; the library passes over in silence what it can't read. */
const seen = { isLooking: false, isPicture: false, isDamage: false };

/** Whether a stream that says how it is packed could not be unpacked, or not to its end. */
function isBroken(stream: LibraryStream, { DecodeStream, FlateStream }: LibraryClasses): boolean {
  if (!(stream instanceof DecodeStream)) return stream.dict?.has('Filter') === true && stream.dict.get('Length') !== 0;
  if (!(stream instanceof FlateStream)) return false;
  try {
    stream.stream.reset();
    inflateSync(stream.stream.getBytes());
    return false;
  } catch {
    return true;
  }
}

function isContentBroken({ pageDict, content }: LibraryPage, classes: LibraryClasses): boolean {
  if (!pageDict.has('Contents')) return false;
  return [content].flat().some((part) => !(part instanceof classes.BaseStream) || isBroken(part, classes));
}

/** Has the library tell what a page shows besides text: no picture is decoded and nothing is drawn. */
export function noticePictures(classes: LibraryClasses): void {
  const { getContentStream } = classes.Page.prototype;
  Object.assign(classes.Page.prototype, {
    async getContentStream(this: LibraryPage): Promise<LibraryStream> {
      if (seen.isLooking) seen.isDamage ||= isContentBroken(this, classes);
      return getContentStream.call(this);
    },
  });
  Object.assign(classes.PartialEvaluator.prototype, {
    buildPaintImageXObject: async (): Promise<void> => {
      seen.isPicture = true;
    },
  });
  Object.assign(classes.ErrorFont.prototype, {
    charsToGlyphs: (): unknown[] => {
      seen.isDamage = true;
      return [];
    },
  });
  Object.assign(classes.OperatorList.prototype, { addOp: () => undefined });
}

async function look(pdf: PDFDocumentProxy): Promise<void> {
  Object.assign(seen, { isLooking: true, isPicture: false, isDamage: false });
  for (let number = 1; number <= pdf.numPages && !seen.isPicture; number += 1) {
    try {
      const page = await pdf.getPage(number);
      await page.getOperatorList({ annotationMode: AnnotationMode.DISABLE });
      page.cleanup();
    } catch {
      seen.isDamage = true;
    }
  }
  seen.isLooking = false;
}

/** Why there is no text in a PDF: its pages are pictures, or damaged, or there is none. */
export async function whyNoText(pdf: PDFDocumentProxy): Promise<PermanentFailure> {
  await look(pdf);
  const pages = pdf.numPages === 1 ? 'a page' : `${pdf.numPages} pages`;
  if (seen.isPicture) {
    const message = `the PDF has ${pages} of pictures but no text; it is probably scanned and needs text recognition`;
    return new PermanentFailure(message, { reason: 'scanned' });
  }
  if (seen.isDamage) return new PermanentFailure('no page of the PDF can be read', { reason: 'corrupt' });
  return new PermanentFailure(`the PDF has ${pages} but no text`, { reason: 'empty' });
}
