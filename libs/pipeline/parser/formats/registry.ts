import { PermanentFailure } from '#failure';

import { bareMediaType } from './bare-media-type.js';
import type { FormatEntry } from './format.js';
import { htmlSigns, jsonSigns, mailSigns, ndjsonSigns } from './signs.js';

/** All formats Penstock reads; a new one is a file beside this one and a line here. */
export const formats: readonly FormatEntry[] = [
  {
    name: 'plain text',
    mediaTypes: ['text/plain', 'text/calendar', 'text/vcard', 'text/vtt', 'application/xml'],
    extensions: { txt: 'text/plain' },
    load: async () => (await import('./text.js')).default,
  },
  {
    name: 'Markdown',
    mediaTypes: ['text/markdown', 'text/x-markdown'],
    extensions: { md: 'text/markdown', markdown: 'text/markdown' },
    load: async () => (await import('./markdown.js')).default,
  },
  {
    name: 'HTML',
    mediaTypes: ['text/html', 'application/xhtml+xml'],
    ...htmlSigns,
    load: async () => (await import('./html.js')).default,
  },
  {
    name: 'JSON',
    mediaTypes: ['application/json'],
    ...jsonSigns,
    load: async () => (await import('./json-record.js')).default,
  },
  {
    name: 'NDJSON',
    mediaTypes: ['application/x-ndjson', 'application/jsonl'],
    ...ndjsonSigns,
    load: async () => (await import('./ndjson.js')).default,
  },
  {
    name: 'CSV or TSV',
    mediaTypes: ['text/csv', 'text/tab-separated-values'],
    extensions: { csv: 'text/csv', tsv: 'text/tab-separated-values' },
    load: async () => (await import('./csv.js')).default,
  },
  { name: 'PDF', mediaTypes: ['application/pdf'], load: async () => (await import('./pdf.js')).default },
  {
    name: 'Word document',
    mediaTypes: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    archiveEntry: 'word/document.xml',
    load: async () => (await import('./docx.js')).default,
  },
  {
    name: 'Excel workbook',
    mediaTypes: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    archiveEntry: 'xl/workbook.xml',
    load: async () => (await import('./xlsx.js')).default,
  },
  {
    name: 'PowerPoint presentation',
    mediaTypes: ['application/vnd.openxmlformats-officedocument.presentationml.presentation'],
    archiveEntry: 'ppt/presentation.xml',
    load: async () => (await import('./pptx.js')).default,
  },
  {
    name: 'e-mail',
    mediaTypes: ['message/rfc822'],
    ...mailSigns,
    load: async () => (await import('./eml.js')).default,
  },
  {
    name: 'Outlook e-mail',
    mediaTypes: ['application/vnd.ms-outlook'],
    load: async () => (await import('./msg.js')).default,
  },
  {
    name: 'EPUB',
    mediaTypes: ['application/epub+zip'],
    archiveEntry: 'META-INF/container.xml',
    load: async () => (await import('./epub.js')).default,
  },
  { name: 'RTF', mediaTypes: ['application/rtf', 'text/rtf'], load: async () => (await import('./rtf.js')).default },
  { name: 'ZIP archive', mediaTypes: ['application/zip'], load: async () => (await import('./zip.js')).default },
];

/** Finds the format of a media type; parameters such as `; charset=utf-8` don't matter. */
export class FormatRegistry {
  private readonly byMediaType: ReadonlyMap<string, FormatEntry>;

  constructor(readonly known: readonly FormatEntry[] = formats) {
    this.byMediaType = new Map(known.flatMap((entry) => entry.mediaTypes.map((type) => [type, entry] as const)));
  }

  /** @throws PermanentFailure `unsupported`, naming the media type. */
  entryOf(mediaType: string): FormatEntry {
    const entry = this.byMediaType.get(bareMediaType(mediaType));
    if (entry !== undefined) return entry;
    const readable = this.known.map(({ name }) => name).join(', ');
    const message = `media type ${bareMediaType(mediaType)} can't be read; readable are ${readable}`;
    throw new PermanentFailure(message, { reason: 'unsupported' });
  }
}
