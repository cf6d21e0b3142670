import { fileTypeFromBuffer } from 'file-type';

export interface SniffHints {
  /** What the submitter believes. */
  readonly mediaType: string | null;
  /** Names of the document, best first; only their extensions matter. */
  readonly names: readonly string[];
}

const typeOfExtension: Readonly<Record<string, string>> = {
  md: 'text/markdown',
  markdown: 'text/markdown',
  html: 'text/html',
  htm: 'text/html',
  xhtml: 'text/html',
  txt: 'text/plain',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
};
const hintable = new Set([...Object.values(typeOfExtension), 'text/x-markdown', 'application/xhtml+xml']);
/** A text may hold a stray control character; one byte in twenty is a binary file. */
const controlShareMax = 0.05;

function isWide(head: Buffer): boolean {
  const mark = head.readUInt16BE(0);
  if (mark === 0xfeff || mark === 0xfffe) return true;
  let even = 0;
  let odd = 0;
  head.forEach((byte, index) => {
    if (byte === 0 && index % 2 === 0) even += 1;
    if (byte === 0 && index % 2 === 1) odd += 1;
  });
  return Math.min(even, odd) === 0 && Math.max(even, odd) > head.length / 5;
}

/** True if the bytes look like text in any encoding. */
function isText(head: Buffer): boolean {
  if (head.length >= 4 && isWide(head)) return true;
  const controls = head.filter((byte) => byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte)).length;
  return controls <= Math.max(1, head.length * controlShareMax);
}

function hinted({ mediaType, names }: SniffHints): string | undefined {
  const bare = mediaType?.split(';', 1)[0]?.trim().toLowerCase();
  if (bare !== undefined && hintable.has(bare) && bare !== 'text/plain') return bare;
  for (const name of names) {
    const extension = /\.([a-z]{2,8})(?:[?#].*)?$/iu.exec(name)?.[1]?.toLowerCase();
    const type = extension === undefined ? undefined : typeOfExtension[extension];
    if (type !== undefined) return type;
  }
  return bare !== undefined && hintable.has(bare) ? bare : undefined;
}

/** Text formats have no magic numbers: what the text starts with is believed, then what the submitter says. */
function textType(head: Buffer, hints: SniffHints): string {
  const start = head
    .toString('latin1', 0, 1024)
    .replace(/^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*)*/u, '');
  if (/^<(?:!doctype html|html|head|body)[\s>]/iu.test(start)) return 'text/html';
  const type = hinted(hints);
  if (type !== undefined) return type;
  if (/^\{\s*(?:"|\})/u.test(start)) return 'application/json';
  return /^<\?xml/iu.test(head.toString('latin1', 0, 16)) ? 'application/xml' : 'text/plain';
}

/**
 * The media type of a source, from its first bytes. Magic numbers decide; hints only tell text formats apart.
 * Deterministic, so that a redelivered submission is staged as the same type.
 */
export async function sniffMediaType(head: Buffer, hints: SniffHints): Promise<string> {
  const magic = await fileTypeFromBuffer(head).catch(() => undefined);
  if (magic !== undefined && magic.mime !== 'application/xml' && !magic.mime.startsWith('text/')) return magic.mime;
  return isText(head) ? textType(head, hints) : 'application/octet-stream';
}
