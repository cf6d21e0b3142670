import msgreader from '@kenjiuno/msgreader';

import { PermanentFailure } from '#failure';

import type { ChildDocument } from './document-text.js';
import type { Format } from './format.js';
import { mailDocument } from './mail.js';

// The package is CommonJS with a default export, which Node hands over as a property.
const MsgReader = msgreader.default;

/** E-mail as Outlook keeps it. */
const msgFormat: Format = {
  parse: async (bytes, hints) => {
    const reader = new MsgReader(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
    const mail = reader.getFileData();
    if (mail.error !== undefined) throw new PermanentFailure('the e-mail is damaged', { reason: 'corrupt' });
    const people = (type: string): string =>
      (mail.recipients ?? [])
        .filter(({ recipType }) => (recipType ?? 'to') === type)
        .map(({ name, smtpAddress, email }) => `${name ?? ''} <${smtpAddress ?? email ?? ''}>`)
        .join(', ');
    const attachments = (mail.attachments ?? []).map((found): ChildDocument => {
      const { fileName, content } = reader.getAttachment(found);
      hints.limits.inflate(content.length);
      return { kind: 'attachments', name: fileName, mediaType: found.attachMimeTag ?? null, bytes: content };
    });
    const sender = `${mail.senderName ?? ''} <${mail.senderSmtpAddress ?? mail.senderEmail ?? ''}>`;
    const headers = [
      ['From', sender === ' <>' ? undefined : sender],
      ['To', people('to')],
      ['Cc', people('cc')],
      ['Date', mail.messageDeliveryTime ?? mail.clientSubmitTime],
      ['Subject', mail.subject],
    ] as const;
    const html = mail.bodyHtml ?? (mail.html === undefined ? undefined : Buffer.from(mail.html));
    return mailDocument({ subject: mail.subject, headers, text: mail.body, html, attachments }, hints);
  },
};
export default msgFormat;
