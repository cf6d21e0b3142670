import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

import busboy from 'busboy';

import { PermanentFailure } from '#failure';

const fieldBytesMax = 64 * 1024;
const fieldNameCharsMax = 100;
const fieldsMax = 100;
/** What surrounds a file in a form, fields included. */
const surroundingsBytesMax = fieldsMax * fieldBytesMax;
/**
 * A refused upload is read on for a moment, so that its sender gets to hear why; nobody reads all of it. A sender that
 * does not listen while it sends comes to a halt then, and hears of it as long as the connection is kept.
 */
const lingerMs = 10_000;
const lingerBytesMax = 16 * 1024 * 1024;

export interface FormLimits {
  readonly bytesMax: number;
  /** How long the sender may say nothing. */
  readonly idleMs: number;
}

export interface Form<T> {
  /** What became of the file, if there was one. */
  readonly file: T | undefined;
  /** Without a prototype: a field may have any name. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A file as its sender describes it; nothing of it is to be believed. */
export interface SentFile {
  readonly stream: Readable;
  readonly name: string;
  readonly mimeType: string;
}

/**
 * Reads a multipart form as it comes in; its one file is handed on as a stream.
 * @throws PermanentFailure `bad-request`, `too-large`, `timeout` or `unsupported`, or as the receiver of the file did.
 */
export async function readForm<T>(
  request: IncomingMessage,
  limits: FormLimits,
  receive: (file: SentFile) => Promise<T>,
): Promise<Form<T>> {
  refuseAtOnce(request, limits);
  const form = parserOf(request, limits);
  try {
    return await parsed(request, form, limits, receive);
  } catch (error) {
    linger(request);
    throw error;
  } finally {
    request.unpipe(form);
    request.setTimeout(0);
    request.resume();
  }
}

function refusal(message: string, reason = 'bad-request'): PermanentFailure {
  return new PermanentFailure(message, { reason });
}

function refuseAtOnce({ headers }: IncomingMessage, { bytesMax }: FormLimits): void {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw refusal('send the form without a content encoding', 'unsupported');
  }
  if (Number(headers['content-length'] ?? 0) > bytesMax + surroundingsBytesMax) throw tooLarge(bytesMax);
}

function tooLarge(bytesMax: number): PermanentFailure {
  return refusal(`the file is over ${bytesMax} bytes`, 'too-large');
}

function parserOf({ headers }: IncomingMessage, { bytesMax }: FormLimits): busboy.Busboy {
  try {
    return busboy({
      headers,
      defParamCharset: 'utf8',
      limits: { files: 1, fileSize: bytesMax + 1, fields: fieldsMax, fieldSize: fieldBytesMax, parts: fieldsMax + 1 },
    });
  } catch (error) {
    throw refusal(`the multipart form is broken: ${(error as Error).message}`);
  }
}

function parsed<T>(
  request: IncomingMessage,
  form: busboy.Busboy,
  { bytesMax, idleMs }: FormLimits,
  receive: (file: SentFile) => Promise<T>,
): Promise<Form<T>> {
  const { promise, resolve, reject } = Promise.withResolvers<Form<T>>();
  const refuse = (message: string, reason?: string): void => reject(refusal(message, reason));
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  let file: Promise<T> | undefined;
  form.on('field', (name: string | undefined, value, { valueTruncated }) => {
    const shown = JSON.stringify((name ?? '').slice(0, 64));
    // The parser cuts values at their limit, and names nowhere.
    if (valueTruncated || (name ?? '').length > fieldNameCharsMax) refuse(`field ${shown} is too long`);
    else if (name === undefined || name === '') refuse('a field has no name');
    else if (name in fields) refuse(`field ${shown} stands twice`);
    else fields[name] = value;
  });
  form.on('file', (_field, stream, { filename, mimeType }) => {
    stream.on('limit', () => reject(tooLarge(bytesMax)));
    // A stream may fail after the form did; the first error is the one that is told.
    stream.on('error', () => undefined);
    file = receive({ stream, name: filename ?? '', mimeType });
    file.catch(reject);
  });
  form.on('filesLimit', () => refuse('one file at a time'));
  form.on('fieldsLimit', () => refuse(`more than ${fieldsMax} fields`));
  form.on('partsLimit', () => refuse(`more than ${fieldsMax} parts`));
  form.on('error', (error) => refuse(`the multipart form is broken: ${(error as Error).message}`));
  form.on(
    'close',
    () => void (file ?? Promise.resolve()).then((done) => resolve({ file: done ?? undefined, fields }), reject),
  );
  request.on('aborted', () => refuse('the upload was cut off'));
  request.setTimeout(idleMs, () => refuse(`nothing was received for ${idleMs / 1000} s`, 'timeout'));
  request.pipe(form);
  return promise;
}

/** Lets the answer reach a sender that is still sending, then closes the connection. */
function linger(request: IncomingMessage): void {
  if (request.complete) return;
  let bytes = 0;
  const timer = setTimeout(() => request.destroy(), lingerMs);
  timer.unref();
  request.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > lingerBytesMax) request.pause();
  });
  request.on('close', () => clearTimeout(timer));
}
