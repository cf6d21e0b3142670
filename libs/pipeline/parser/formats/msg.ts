import msgreader, { type FieldsData } from '@kenjiuno/msgreader';

import { PermanentFailure } from '#failure';

import type { ChildDocument } from './document-text.js';
import type { Format } from './format.js';
import { mailDocument } from './mail.js';

// The package is CommonJS with a default export, which Node hands over as a property.
const MsgReader = msgreader.default;

/** A file, or a message of its own; of a file that the message only names, nothing. */
function attachmentOf(reader: InstanceType<typeof MsgReader>, found: FieldsData, index: number): ChildDocument {
  const isMessage = found.innerMsgContent === true;
  const name = (isMessage ? undefined : (found.fileName ?? found.fileNameShort)) ?? found.name ?? `${index + 1}`;
  const bytes = isMessage || found.dataId !== undefined ? reader.getAttachment(found).content : new Uint8Array();
  const mediaType = found.attachMimeTag ?? null;
  return { kind: 'attachments', name: isMessage ? `${name}.msg` : name, mediaType, bytes };
}

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
    const attachments = (mail.attachments ?? []).map((found, index) => {
      const attachment = attachmentOf(reader, found, index);
      hints.limits.inflate(attachment.bytes.length);
      return attachment;
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
    const packedRtf = mail.compressedRtf === undefined ? undefined : Buffer.from(mail.compressedRtf);
    return mailDocument({ subject: mail.subject, headers, text: mail.body, html, packedRtf, attachments }, hints);
  },
};
export default msgFormat;
