import { PermanentFailure } from '#failure';

import { Archive } from './archive.js';
import { DocumentText } from './document-text.js';
import type { Format } from './format.js';
import { coreTitle, relationshipsOf } from './relationships.js';
import { SlideReader } from './slide-reader.js';
import { readXml } from './xml.js';

const mainPart = 'ppt/presentation.xml';
const slidesMax = 5_000;

async function slideIds(archive: Archive): Promise<string[]> {
  const ids: string[] = [];
  await readXml(archive.pieces(mainPart), {
    open: (name, attributes) => {
      const id = attributes['r:id'];
      if (name === 'sldId' && id !== undefined) ids.push(id);
    },
  });
  if (ids.length > slidesMax) {
    throw new PermanentFailure(`the presentation has over ${slidesMax} slides`, { reason: 'too-large' });
  }
  return ids;
}

async function addSlide(document: DocumentText, archive: Archive, part: string, page: number): Promise<void> {
  const parts = [part];
  for (const { type, target } of (await relationshipsOf(archive, part)).values()) {
    if (type === 'notesSlide') parts.push(target);
  }
  for (const one of parts) {
    const reader = new SlideReader((kind, text) => {
      document.add(kind, text, kind === 'heading' ? 1 : undefined, { page });
    });
    await readXml(archive.pieces(one), reader);
  }
}

/** Presentations: slide by slide, titles as headings, tables row by row, speaker's notes behind their slide. */
const pptxFormat: Format = {
  parse: async (bytes, { cleaning, limits }) => {
    const archive = await Archive.open(bytes, limits);
    const document = new DocumentText(cleaning);
    const parts = await relationshipsOf(archive, mainPart);
    let page = 0;
    for (const id of await slideIds(archive)) {
      const part = parts.get(id)?.target;
      page += 1;
      if (part !== undefined) await addSlide(document, archive, part, page);
    }
    return document.finish((await coreTitle(archive)) ?? document.firstHeading());
  },
};
export default pptxFormat;
