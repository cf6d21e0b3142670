import { PermanentFailure } from '#failure';

import { Archive } from './archive.js';
import type { ReadLimits } from './read-limits.js';

const headBytes = 4096;
/** Header fields of which an e-mail has some; two of them, first thing in the file, make one. */
const mailHeader = /^(?:from|to|date|subject|received|return-path|message-id|mime-version|delivered-to|reply-to):/iu;
const headerLine = /^[!-9;-~]{1,80}:/u;

function isMail(head: string): boolean {
  const lines = head.split(/\r?\n/u).filter((line) => !/^[ \t]/u.test(line));
  const end = lines.findIndex((line) => !headerLine.test(line) && !/^From /u.test(line));
  const headers = end < 0 ? lines : lines.slice(0, end);
  return headers.filter((line) => mailHeader.test(line)).length >= 3;
}

function isNdjson(head: string, isWhole: boolean): boolean {
  const whole = (isWhole ? head : head.slice(0, head.lastIndexOf('\n') + 1))
    .split('\n')
    .filter((line) => line.trim() !== '');
  if (whole.length < 2) return false;
  return whole.slice(0, 5).every((line) => {
    try {
      return typeof JSON.parse(line) === 'object';
    } catch {
      return false;
    }
  });
}

const textTypes = new Set(['text/plain', 'application/json', 'application/octet-stream', 'text/markdown']);
const pdfHeadBytes = 1024;

function isPdf(head: string, isBelievedText: boolean): boolean {
  return isBelievedText ? /^(?:\xef\xbb\xbf)?\s*%PDF-/u.test(head) : head.slice(0, pdfHeadBytes).includes('%PDF-');
}

/**
 * What a document is, by what its bytes say; what was believed so far only tells apart what looks alike. Containers are
 * left as they are: telling those apart takes a look inside, see `containerType`.
 */
export function detectMediaType(bytes: Buffer, believed: string): string {
  const head = bytes.toString('latin1', 0, headBytes);
  // Readers of PDF pass over what stands before it; a text that speaks of PDF is still a text.
  if (isPdf(head, textTypes.has(believed) && believed !== 'application/octet-stream')) return 'application/pdf';
  if (/^PK(?:\x03\x04|\x05\x06)/u.test(head)) return 'application/zip';
  if (head.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return 'application/x-cfb';
  if (head.startsWith('{\\rtf')) return 'application/rtf';
  if (!textTypes.has(believed)) return believed;
  if (isMail(head.replace(/^\xef\xbb\xbf/u, ''))) return 'message/rfc822';
  if (believed !== 'text/markdown' && isNdjson(head, bytes.length <= headBytes)) return 'application/x-ndjson';
  return believed;
}

const office = 'application/vnd.openxmlformats-officedocument';
/** What an archive is, by an entry that only this kind has; the first that is there. */
const byEntry: readonly (readonly [entry: string, mediaType: string])[] = [
  ['word/document.xml', `${office}.wordprocessingml.document`],
  ['xl/workbook.xml', `${office}.spreadsheetml.sheet`],
  ['ppt/presentation.xml', `${office}.presentationml.presentation`],
  ['META-INF/container.xml', 'application/epub+zip'],
];
const utf16 = (name: string): Buffer => Buffer.from(name, 'utf16le');

/** What lies in Microsoft's older container: e-mail, a protected newer document, or an older one. */
function compoundType(bytes: Buffer): string {
  if (bytes.includes(utf16('EncryptedPackage'))) {
    throw new PermanentFailure('the document is protected by a password', { reason: 'encrypted' });
  }
  if (bytes.includes(utf16('__properties_version1.0'))) return 'application/vnd.ms-outlook';
  const older = [
    ['WordDocument', 'Word (.doc); save it as .docx'],
    ['Workbook', 'Excel (.xls); save it as .xlsx'],
    ['PowerPoint Document', 'PowerPoint (.ppt); save it as .pptx'],
  ] as const;
  const kind = older.find(([stream]) => bytes.includes(utf16(stream)))?.[1] ?? 'an unknown program';
  throw new PermanentFailure(`the document is in an old format of ${kind}`, { reason: 'unsupported' });
}

/** What a container holds; other types are answered as they are. @throws PermanentFailure as its archive does. */
export async function containerType(bytes: Buffer, mediaType: string, limits: ReadLimits): Promise<string> {
  if (mediaType === 'application/x-cfb') return compoundType(bytes);
  if (mediaType !== 'application/zip') return mediaType;
  const archive = await Archive.open(bytes, limits);
  return byEntry.find(([entry]) => archive.has(entry))?.[1] ?? mediaType;
}
