import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import { PermanentFailure } from '#failure';

import { attachmentId, type FrontAttachment, type FrontMessage, type FrontRecipient } from './front-resources.js';

/** Gives the bytes of an attachment, or nothing if it is gone. Errors are failures already. */
export type OpenAttachment = (id: string) => Promise<Readable | undefined>;

/** A multiple of 57 bytes is a whole number of lines of base64. */
const base64BytesPerWrite = 57 * 1024;
const headerCharsMax = 2_000;
const recipientsMax = 200;
const encodedWordBytes = 36;

/**
 * A message as an e-mail, in the form every reader of e-mail knows: headers, attachments, and last the body, which says
 * what could not be attached. The same message gives the same bytes. Attachments pass through as they come in.
 */
export function frontMail(message: FrontMessage, open: OpenAttachment, bytesMax: number): Readable {
  return Readable.from(mailPieces(message, open, bytesMax), { objectMode: false });
}

async function* mailPieces(message: FrontMessage, open: OpenAttachment, bytesMax: number): AsyncGenerator<Buffer> {
  const boundary = `front-${createHash('sha256').update(message.id).digest('hex').slice(0, 32)}`;
  yield Buffer.from(`${mailHeaders(message)}\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n`);
  const left: string[] = [];
  let announced = 0;
  for (const attachment of message.attachments ?? []) {
    const id = attachmentId(attachment);
    if (isDecoration(attachment)) continue;
    announced += (attachment.size ?? 0) * 1.4;
    const stream = id === undefined || announced > bytesMax ? undefined : await opened(id, open);
    if (stream === undefined) {
      left.push(attachment.filename ?? id ?? 'without a name');
      continue;
    }
    yield Buffer.from(`--${boundary}\r\n${attachmentHeaders(attachment)}`);
    yield* base64Lines(stream);
  }
  const body = Buffer.from(bodyOf(message, left));
  yield Buffer.from(
    `--${boundary}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n`,
  );
  yield* base64Lines(Readable.from([body]));
  yield Buffer.from(`--${boundary}--\r\n`);
}

/** One file that can't be had must not keep the message, or its other files, from being read. */
async function opened(id: string, open: OpenAttachment): Promise<Readable | undefined> {
  try {
    return await open(id);
  } catch (error) {
    if (error instanceof PermanentFailure && error.reason !== 'front-refused') return undefined;
    throw error;
  }
}

function mailHeaders(message: FrontMessage): string {
  const { author, recipients, created_at: createdAt, subject, id } = message;
  const of = (role: string): FrontRecipient[] => (recipients ?? []).filter((one) => one.role === role);
  const written =
    author === null || author === undefined ? [] : [{ handle: author.email ?? null, name: nameOf(author) }];
  const sender = [...of('from'), ...written].slice(0, 1);
  const date = Number.isFinite(createdAt ?? NaN) ? new Date((createdAt ?? 0) * 1000) : undefined;
  const headers: readonly (readonly [string, string])[] = [
    ['From', addresses(sender)],
    ['To', addresses(of('to'))],
    ['Cc', addresses(of('cc'))],
    ['Date', date === undefined || Number.isNaN(date.getTime()) ? '' : date.toUTCString().replace('GMT', '+0000')],
    ['Subject', words(subject ?? '')],
    ['Message-ID', `<${id}@front.invalid>`],
    ['MIME-Version', '1.0'],
  ];
  // An empty header still says that this is an e-mail; a message of a chat may have hardly any other.
  return headers.map(([name, value]) => `${name}: ${value}`).join('\r\n');
}

function nameOf(author: NonNullable<FrontMessage['author']>): string {
  return [author.first_name, author.last_name].filter((part) => part !== null && part !== undefined).join(' ');
}

function addresses(people: readonly FrontRecipient[]): string {
  return people
    .slice(0, recipientsMax)
    .map(address)
    .filter((one) => one !== '')
    .join(',\r\n ');
}

/** A handle of a channel other than e-mail is no address, so it goes to the name. */
function address({ name, handle }: FrontRecipient): string {
  const isMail = /^[^\s<>@,;:"()\\[\]]+@[^\s<>@,;:"()\\[\]]+$/u.test(handle ?? '');
  if (isMail) return (name ?? '') === '' ? `<${handle}>` : `${words(name ?? '')} <${handle}>`;
  const shown = [name ?? '', handle ?? ''].filter((part) => part !== '');
  return shown.length === 0 ? '' : `${words(shown.join(' '))} <>`;
}

/** Text for a header: nothing in it can end the header or begin another one (RFC 2047 encoded words). */
function words(text: string): string {
  const clean = text
    .slice(0, headerCharsMax)
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f]+/gu, ' ')
    .trim();
  if (/^[\w !#$%&'*+./?^{|}~-]*$/u.test(clean) && !clean.includes('=?') && clean.length < 70) return clean;
  const pieces: string[] = [];
  let piece = '';
  for (const character of clean) {
    if (Buffer.byteLength(piece + character) > encodedWordBytes) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece].map((one) => `=?utf-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ');
}

/** Pictures of a signature; nobody reads them. */
function isDecoration({ metadata, content_type: type }: FrontAttachment): boolean {
  return metadata?.is_inline === true && (type ?? '').startsWith('image/');
}

function attachmentHeaders({ filename, content_type: type }: FrontAttachment): string {
  const mediaType = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/u.test(type ?? '') ? type : 'application/octet-stream';
  const name = encodeURIComponent((filename ?? 'attachment').slice(0, 255).toWellFormed()).replace(/['()*]/gu, '_');
  return [
    `Content-Type: ${mediaType}`,
    `Content-Disposition: attachment; filename*=utf-8''${name}`,
    'Content-Transfer-Encoding: base64\r\n\r\n',
  ].join('\r\n');
}

function bodyOf({ body, text }: FrontMessage, left: readonly string[]): string {
  const said = (body ?? '').trim() === '' ? `<pre>${escaped(text ?? '')}</pre>` : (body ?? '');
  const missing =
    left.length === 0 ? '' : `\n<p>Attachments that could not be fetched: ${escaped(left.join(', '))}</p>`;
  return `${said}${missing}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

async function* base64Lines(stream: Readable): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  const lines = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('base64').replace(/.{1,76}/gu, '$&\r\n'));
  for await (const piece of stream as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % base64BytesPerWrite);
    if (whole > 0) yield lines(bytes.subarray(0, whole));
    rest = Buffer.from(bytes.subarray(whole));
  }
  yield Buffer.concat([lines(rest), Buffer.from('\r\n')]);
}
