import { Readable } from 'node:stream';

import { isDraft, type FrontConversation, type FrontMessage } from './front-resources.js';

/** A conversation as one HTML text, a heading a message; attachments are named, not read. */
export function transcript(conversation: FrontConversation, messages: AsyncIterable<FrontMessage>): Readable {
  return Readable.from(pieces(conversation, messages), { objectMode: false });
}

async function* pieces({ subject }: FrontConversation, messages: AsyncIterable<FrontMessage>): AsyncGenerator<Buffer> {
  const title = escaped(subject ?? '');
  yield Buffer.from(`<!doctype html>\n<html><head><meta charset="utf-8"><title>${title}</title></head><body>\n`);
  if (title !== '') yield Buffer.from(`<h1>${title}</h1>\n`);
  for await (const message of messages) {
    if (!isDraft(message)) yield Buffer.from(section(message));
  }
  yield Buffer.from('</body></html>\n');
}

function section({ author, recipients, created_at: createdAt, body, text, attachments }: FrontMessage): string {
  const from = recipients?.find(({ role }) => role === 'from');
  const written = [author?.first_name, author?.last_name].filter((part) => (part ?? '') !== '').join(' ');
  const who = [from?.name, written, from?.handle, author?.email].find((one) => (one ?? '') !== '') ?? 'unknown';
  const at = new Date((createdAt ?? NaN) * 1000);
  const when = Number.isNaN(at.getTime()) ? '' : `, ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const said = (body ?? '').trim() === '' ? `<pre>${escaped(text ?? '')}</pre>` : (body ?? '');
  const names = (attachments ?? []).map(({ filename }) => escaped(filename ?? 'without a name')).join(', ');
  return `<h2>${escaped(who)}${when}</h2>\n<div>${said}</div>\n${names === '' ? '' : `<p>Attachments: ${names}</p>\n`}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
