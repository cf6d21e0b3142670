import { DocumentText, type ChildDocument, type ParsedDocument } from './document-text.js';
import type { ParseHints } from './format.js';
import { addHtml, decodeHtml } from './html.js';

/** An e-mail, whatever it was kept in. */
export interface Mail {
  readonly subject: string | undefined;
  /** Names and values in the order a reader wants them. */
  readonly headers: readonly (readonly [name: string, value: string | undefined])[];
  readonly text: string | undefined;
  readonly html: string | Buffer | undefined;
  readonly attachments: readonly ChildDocument[];
}

const attachmentNamesMax = 200;

/** An e-mail as a document: headers, body, and the names of its attachments, which are documents of their own. */
export function mailDocument(mail: Mail, { cleaning }: ParseHints): ParsedDocument {
  const document = new DocumentText(cleaning);
  const headers = mail.headers.filter(([, value]) => value !== undefined && value.trim() !== '');
  const lines = headers.map(([name, value]) => `${name}: ${cleaning.text(value ?? '').replace(/\s+/gu, ' ')}`);
  document.add('paragraph', lines.join('\n'));
  const body = mail.text?.trim() === '' ? undefined : mail.text;
  if (body !== undefined) {
    for (const paragraph of cleaning.text(body).split(/\n[^\S\n]*\n/u)) document.add('paragraph', paragraph);
  } else if (mail.html !== undefined) {
    const html = typeof mail.html === 'string' ? mail.html : decodeHtml(mail.html, cleaning);
    addHtml(document, html);
  }
  const names = mail.attachments.slice(0, attachmentNamesMax).map(({ name }) => name);
  if (names.length > 0) document.add('paragraph', `Attachments: ${names.join(', ')}`);
  const metadata = Object.fromEntries(headers.map(([name, value]) => [`mail_${name.toLowerCase()}`, value ?? '']));
  return { ...document.finish(mail.subject), metadata, children: mail.attachments };
}
