import { request as sendHttp, type IncomingMessage } from 'node:http';
import { request as sendHttps } from 'node:https';
import { text } from 'node:stream/consumers';

export interface RawRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal;
}

/** An answer, whose body may still break off. */
export interface RawAnswer {
  readonly status: number;
  /** Read whole. @throws Error if it breaks off. */
  readonly body: () => Promise<string>;
}

/**
 * Sends a request with its path as it stands. A URL has no segments `.` and `..`, not even percent-encoded ones, so
 * `fetch` leads elsewhere with them; a document may be called so.
 * @throws Error if nobody answers.
 */
export async function sendRaw(url: string, path: string, { body, ...rest }: RawRequest): Promise<RawAnswer> {
  const { protocol, pathname, ...base } = partsOf(url);
  const send = protocol === 'https:' ? sendHttps : sendHttp;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = send({ ...base, ...rest, protocol, path: `${pathname}${path}` });
    request.once('response', resolve).on('error', reject).end(body);
  });
  return { status: response.statusCode ?? 0, body: () => text(response) };
}

function partsOf(url: string): Readonly<Record<'protocol' | 'hostname' | 'port' | 'pathname', string>> {
  const { protocol, hostname, port, pathname } = new URL(url);
  // Brackets belong to an address in a URL, not to the address.
  return { protocol, hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port, pathname: pathname.replace(/\/$/, '') };
}
