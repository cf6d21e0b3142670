import { readFileSync } from 'node:fs';

import { input, type BadInput, type Outcome } from './bad-input.js';

const sample = (name: string): Buffer => readFileSync(new URL(`../formats/samples/${name}`, import.meta.url));
const office = 'application/vnd.openxmlformats-officedocument';

/** Documents and what they are, whatever they are called. */
const documents: Readonly<Record<string, string>> = {
  'flow.pdf': 'application/pdf',
  'report.docx': `${office}.wordprocessingml.document`,
  'figures.xlsx': `${office}.spreadsheetml.sheet`,
  'slides.pptx': `${office}.presentationml.presentation`,
  'book.epub': 'application/epub+zip',
  'message.msg': 'application/vnd.ms-outlook',
  'letter.rtf': 'application/rtf',
  'archive.zip': 'application/zip',
};

/** First bytes of what is no document. */
const others: Readonly<Record<string, string>> = {
  'a picture (PNG)': '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0',
  'a picture (JPEG)': '\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0',
  'a picture (GIF)': 'GIF89a\x01\0\x01\0\x80\0\0',
  'a picture (WebP)': 'RIFF\x24\0\0\0WEBPVP8 ',
  'music (MP3)': 'ID3\x03\0\0\0\0\0\x21TIT2',
  'a film (MP4)': '\0\0\0\x18ftypmp42\0\0\0\0mp42isom',
  'a program (Windows)': 'MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0',
  'a program (Linux)': '\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0',
  'a program (WebAssembly)': '\0asm\x01\0\0\0',
  'an archive (7z)': "7z\xbc\xaf'\x1c\0\x04",
  'an archive (RAR)': 'Rar!\x1a\x07\x01\0',
  'an archive (gzip)': '\x1f\x8b\x08\0\0\0\0\0\0\x03',
  'an archive (xz)': '\xfd7zXZ\0\0\x04',
  'a database (SQLite)': 'SQLite format 3\0\x10\0\x01\x01',
  'a font': 'wOF2\0\x01\0\0\0\0',
};

const noise = Buffer.from(Array.from({ length: 600 }, (_, n) => (n * 40_503) >>> 3));
const lie = (what: string, name: string, bytes: () => Buffer | string, outcome: Outcome | string): BadInput =>
  input(`lie: ${what} called ${name}`, name, bytes, outcome);

export const lieInputs: readonly BadInput[] = [
  ...Object.entries(documents).flatMap(([name, mediaType]) =>
    ['a.txt', 'a.json', 'a.html'].map((called) => lie(name, called, () => sample(name), { text: /\S/u, mediaType })),
  ),
  ...Object.entries(others).flatMap(([what, head]) =>
    ['a.txt', 'a.pdf', 'a.docx'].map((called) =>
      lie(what, called, () => Buffer.concat([Buffer.from(head, 'latin1'), noise]), 'unsupported'),
    ),
  ),
  ...['a.pdf', 'a.docx', 'a.xlsx', 'a.zip', 'a.msg', 'a.epub', 'a.rtf', 'a.exe'].map((called) =>
    lie('a text', called, () => 'Marta winds the gauge.', { text: 'Marta winds the gauge.', mediaType: 'text/plain' }),
  ),
  lie('HTML', 'a.pdf', () => '<!doctype html><p>gauge', { text: 'gauge', mediaType: 'text/html' }),
  lie('HTML', 'a.json', () => '<html><p>gauge', { text: 'gauge', mediaType: 'text/html' }),
  ...['a.json', 'a.ndjson', 'a.html'].map((called) =>
    lie('a text', called, () => 'Marta winds the gauge.', { text: 'Marta winds the gauge.', mediaType: 'text/plain' }),
  ),
  lie('JSON that breaks', 'a.json', () => '{"gauge": Marta', 'corrupt'),
  lie('an archive of nothing', 'a.docx', () => readFileSync(new URL('files/empty.zip', import.meta.url)), 'empty'),
];

const shares = [0.05, 0.25, 0.5, 0.75, 0.95, 1];
const read: Outcome = { text: /\S/u };
const brokenOff: Outcome = { text: /\S/u, warning: /breaks off/u };
const refused = (reason: string): Outcome => ({ refused: reason });
const each = (outcome: Outcome): Outcome[] => shares.map(() => outcome);

/**
 * What becomes of documents that break off after each share of their bytes; the last lack one byte. Archives have their
 * table at the end, and so have PDFs; of others the beginning can be read, once there is text in it.
 */
const breaks: Readonly<Record<string, readonly Outcome[]>> = {
  'flow.pdf': [...each(refused('corrupt')).slice(1), read],
  'report.docx': each(refused('corrupt')),
  'figures.xlsx': each(refused('corrupt')),
  'slides.pptx': each(refused('corrupt')),
  'book.epub': each(refused('corrupt')),
  'archive.zip': each(refused('corrupt')),
  'message.msg': [...each(refused('corrupt')).slice(2), read, read],
  'letter.rtf': [refused('empty'), ...each(brokenOff).slice(1)],
  'message.eml': each(read),
  'record.json': each(refused('corrupt')),
  'readings.ndjson': [...each(refused('corrupt')).slice(1), read],
  'page.html': [refused('empty'), ...each(read).slice(1)],
  'stations.csv': each(read),
  'utf16.txt': each(read),
};

/** What is read of a document that breaks off stands in the whole in the same order. */
export const truncated: readonly BadInput[] = Object.entries(breaks).flatMap(([name, outcomes]) =>
  shares.map((share, index) => {
    const bytes = (): Buffer =>
      sample(name).subarray(0, Math.min(sample(name).length - 1, Math.ceil(sample(name).length * share)));
    const percent = share === 1 ? 'its last byte' : `${Math.round(100 - share * 100)} of 100 bytes`;
    return input(`cut off: ${name} without ${percent}`, name, bytes, outcomes[index] ?? read);
  }),
);
