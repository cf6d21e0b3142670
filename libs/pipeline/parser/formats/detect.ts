import { PermanentFailure } from '#failure';

import { Archive } from './archive.js';
import type { FormatEntry } from './format.js';
import type { ReadLimits } from './read-limits.js';
import { certainType, isNamedText, textType } from './sniff.js';
import { headBytes, textStart } from './text-start.js';

const pdfHeadBytes = 1024;
const compoundHeaderBytes = 512;

function isPdf(head: string, isBelievedText: boolean): boolean {
  return isBelievedText ? /^(?:\xef\xbb\xbf)?\s*%PDF-/u.test(head) : head.slice(0, pdfHeadBytes).includes('%PDF-');
}

/**
 * What a document is, by what its bytes say; what was believed so far only tells apart what looks alike. Containers are
 * left as they are: telling those apart takes a look inside, see `containerType`.
 */
export function detectMediaType(bytes: Buffer, believed: string, known: readonly FormatEntry[]): string {
  const head = bytes.toString('latin1', 0, headBytes);
  const isText = isNamedText(believed, known);
  // Readers of PDF pass over what stands before it; a text that speaks of PDF is still a text.
  if (isPdf(head, isText)) return 'application/pdf';
  if (/^PK(?:\x03\x04|\x05\x06)/u.test(head)) return 'application/zip';
  if (head.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return 'application/x-cfb';
  if (head.startsWith('{\\rtf')) return 'application/rtf';
  if (isText) return textType(textStart(bytes), { mediaType: believed, names: [] }, known);
  const isUnknown = believed === 'application/octet-stream';
  return (isUnknown ? certainType(textStart(bytes), known) : undefined) ?? believed;
}

/** Whether a compound file has lost its directory or the table of its sectors: its header says where they begin. */
function breaksOff(bytes: Buffer): boolean {
  if (bytes.length < compoundHeaderBytes) return true;
  const sectorBytes = 2 ** Math.min(bytes.readUInt16LE(30), 16);
  const [directory, table] = [bytes.readUInt32LE(48), bytes.readUInt32LE(76)];
  return (Math.max(directory, table) + 1) * sectorBytes >= bytes.length;
}

const utf16 = (name: string): Buffer => Buffer.from(name, 'utf16le');

/** What lies in Microsoft's older container: e-mail, a protected newer document, or an older one. */
function compoundType(bytes: Buffer): string {
  if (breaksOff(bytes)) throw new PermanentFailure('the document breaks off', { reason: 'corrupt' });
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
export async function containerType(
  bytes: Buffer,
  mediaType: string,
  limits: ReadLimits,
  known: readonly FormatEntry[],
): Promise<string> {
  if (mediaType === 'application/x-cfb') return compoundType(bytes);
  if (mediaType !== 'application/zip') return mediaType;
  const archive = await Archive.open(bytes, limits);
  const holds = ({ archiveEntry }: FormatEntry): boolean => archiveEntry !== undefined && archive.has(archiveEntry);
  return known.find(holds)?.mediaTypes[0] ?? mediaType;
}
