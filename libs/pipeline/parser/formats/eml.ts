import PostalMime, { type Address } from 'postal-mime';

import type { ChildDocument } from './document-text.js';
import type { Format } from './format.js';
import { mailDocument } from './mail.js';

const nestingMax = 32;
const headersBytesMax = 1024 * 1024;

function shown(address: Address): string {
  if (address.group !== undefined) return `${address.name}: ${address.group.map(shown).join(', ')}`;
  return address.name === '' ? (address.address ?? '') : `${address.name} <${address.address ?? ''}>`;
}

const list = (addresses: readonly Address[] | undefined): string | undefined => addresses?.map(shown).join(', ');

/** E-mail as it travels (RFC 5322 and MIME). */
const emlFormat: Format = {
  parse: async (bytes, hints) => {
    const mail = await PostalMime.parse(bytes, {
      attachmentEncoding: 'arraybuffer',
      forceRfc822Attachments: true,
      maxNestingDepth: nestingMax,
      maxHeadersSize: headersBytesMax,
    });
    const attachments = mail.attachments.map(({ filename, mimeType, content }, index): ChildDocument => {
      const name = filename ?? `${index + 1}${mimeType === 'message/rfc822' ? '.eml' : ''}`;
      return { kind: 'attachments', name, mediaType: mimeType, bytes: Buffer.from(content as ArrayBuffer) };
    });
    hints.limits.inflate(attachments.reduce((sum, { bytes: content }) => sum + content.length, 0));
    const from = mail.from === undefined ? undefined : shown(mail.from);
    const headers = [
      ['From', from],
      ['To', list(mail.to)],
      ['Cc', list(mail.cc)],
      ['Date', mail.headers.find(({ key }) => key === 'date')?.value],
      ['Subject', mail.subject],
    ] as const;
    return mailDocument({ subject: mail.subject, headers, text: mail.text, html: mail.html, attachments }, hints);
  },
};
export default emlFormat;
