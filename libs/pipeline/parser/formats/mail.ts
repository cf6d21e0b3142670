import { DocumentText, type ChildDocument, type ParsedDocument } from './document-text.js';
import type { ParseHints } from './format.js';
import { addHtml, decodeHtml } from './html.js';
import { unpackRtf } from './packed-rtf.js';
import { addRtf } from './rtf.js';

/** An e-mail, whatever it was kept in. */
export interface Mail {
  readonly subject: string | undefined;
  /** Names and values in the order a reader wants them. */
  readonly headers: readonly (readonly [name: string, value: string | undefined])[];
  readonly text: string | undefined;
  readonly html: string | Buffer | undefined;
  /** The body as Outlook packs it; often beside the others, and sometimes alone. */
  readonly packedRtf?: Buffer | undefined;
  readonly attachments: readonly ChildDocument[];
}

const attachmentNamesMax = 200;

/** Adds the body: plain, else as a page, else as rich text. @returns what a reader should know of how it was read. */
function addBody(document: DocumentText, { text, html, packedRtf }: Mail, { cleaning, limits }: ParseHints): string[] {
  if (text !== undefined && text.trim() !== '') {
    for (const paragraph of cleaning.text(text).split(/\n[^\S\n]*\n/u)) document.add('paragraph', paragraph);
  } else if (html !== undefined) {
    addHtml(document, typeof html === 'string' ? html : decodeHtml(html, cleaning));
  } else if (packedRtf !== undefined) {
    const rtf = unpackRtf(packedRtf, limits);
    return rtf === undefined ? ['the body of the e-mail is damaged and was left out'] : addRtf(document, rtf);
  }
  return [];
}

/** An e-mail as a document: headers, body, and the names of its attachments, which are documents of their own. */
export function mailDocument(mail: Mail, hints: ParseHints): ParsedDocument {
  const { cleaning } = hints;
  const document = new DocumentText(cleaning);
  const headers = mail.headers.filter(([, value]) => value !== undefined && value.trim() !== '');
  const lines = headers.map(([name, value]) => `${name}: ${cleaning.text(value ?? '').replace(/\s+/gu, ' ')}`);
  document.add('paragraph', lines.join('\n'));
  const warnings = addBody(document, mail, hints);
  const names = mail.attachments.slice(0, attachmentNamesMax).map(({ name }) => name);
  if (names.length > 0) document.add('paragraph', `Attachments: ${names.join(', ')}`);
  const metadata = Object.fromEntries(headers.map(([name, value]) => [`mail_${name.toLowerCase()}`, value ?? '']));
  return { ...document.finish(mail.subject), metadata, warnings, children: mail.attachments };
}
