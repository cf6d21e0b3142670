import { posix } from 'node:path';

import { PermanentFailure } from '#failure';

import { Archive } from './archive.js';
import { DocumentText } from './document-text.js';
import type { Format } from './format.js';
import { addHtml, decodeHtml } from './html.js';
import { readXml } from './xml.js';

interface Book {
  title: string;
  /** Entries of the chapters, in reading order. */
  readonly chapters: string[];
}

async function packagePart(archive: Archive): Promise<string> {
  let path: string | undefined;
  await readXml(archive.pieces('META-INF/container.xml'), {
    open: (name, attributes) => {
      if (name === 'rootfile') path ??= attributes['full-path'];
    },
  });
  if (path === undefined || !archive.has(path)) {
    throw new PermanentFailure('the book names no package that it holds', { reason: 'corrupt' });
  }
  return path;
}

async function bookOf(archive: Archive, part: string): Promise<Book> {
  const book: Book = { title: '', chapters: [] };
  const items = new Map<string, string>();
  let inTitle = false;
  await readXml(archive.pieces(part), {
    open(name, { id, href, idref }) {
      if (name === 'item' && id !== undefined && href !== undefined) items.set(id, href);
      const chapter = name === 'itemref' ? items.get(idref ?? '') : undefined;
      if (chapter !== undefined) book.chapters.push(entryOf(part, chapter));
      inTitle = name === 'title' && book.title === '';
    },
    close: () => (inTitle = false),
    text: (text) => {
      if (inTitle) book.title += text;
    },
  });
  return book;
}

function entryOf(part: string, href: string): string {
  const path = href.split('#', 1)[0] ?? '';
  try {
    return posix.join(posix.dirname(part), decodeURIComponent(path));
  } catch {
    return posix.join(posix.dirname(part), path);
  }
}

/** A protected book lists what is encrypted; fonts alone may be, and are nobody's text. */
async function requireOpen(archive: Archive, chapters: readonly string[]): Promise<void> {
  const encrypted = new Set<string>();
  await readXml(archive.pieces('META-INF/encryption.xml'), {
    open: (name, { URI }) => {
      if (name === 'CipherReference' && URI !== undefined) encrypted.add(entryOf('', URI));
    },
  });
  if (chapters.some((chapter) => encrypted.has(chapter))) {
    throw new PermanentFailure('the book is protected (DRM)', { reason: 'encrypted' });
  }
}

/** Books: chapters in reading order, each read as a page. */
const epubFormat: Format = {
  parse: async (bytes, { cleaning, limits }) => {
    const archive = await Archive.open(bytes, limits);
    const book = await bookOf(archive, await packagePart(archive));
    await requireOpen(archive, book.chapters);
    const document = new DocumentText(cleaning);
    let missing = 0;
    for (const chapter of book.chapters) {
      const page = await archive.read(chapter);
      if (page === undefined) missing += 1;
      else addHtml(document, decodeHtml(page, cleaning));
    }
    const warnings = missing === 0 ? [] : [`${missing} chapters that the book names are missing`];
    return { ...document.finish(book.title || document.firstHeading()), warnings };
  },
};
export default epubFormat;
