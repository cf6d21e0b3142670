import { PermanentFailure, TransientFailure } from '#failure';

import { sendRaw } from './send-raw.js';

/** A JSON object as the API gives it. */
export type Json = Readonly<Record<string, unknown>>;

export interface MemoryApiOptions {
  /** Where the API listens, e.g. `http://127.0.0.1:7070`. */
  readonly url: string;
  readonly timeoutMs?: number;
  /** Key or token that is sent along. */
  readonly credentials?: string | undefined;
}

const timeoutMsDefault = 60_000;

/** The HTTP interface of Penstock, as the tools use it: what a tool may do is what a caller of the API may do. */
export class MemoryApi {
  constructor(private readonly options: MemoryApiOptions) {}

  get(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<Json> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(Object.fromEntries(given.map(([key, value]) => [key, String(value)])));
    return this.send('GET', `${path}${given.length === 0 ? '' : `?${search}`}`);
  }

  post(path: string, body: Json): Promise<Json> {
    return this.send('POST', path, JSON.stringify(body));
  }

  delete(path: string, query: Readonly<Record<string, string>>): Promise<Json> {
    return this.send('DELETE', `${path}?${new URLSearchParams(query)}`);
  }

  /** @throws PermanentFailure with what the API says is wrong, TransientFailure if it or its answer can't be had. */
  private async send(method: string, path: string, body?: string): Promise<Json> {
    const { url, credentials, timeoutMs = timeoutMsDefault } = this.options;
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(credentials === undefined ? {} : { authorization: `Bearer ${credentials}` }),
    };
    const request = { method, headers, body, signal: AbortSignal.timeout(timeoutMs) };
    const response = await sendRaw(url, path, request).catch((cause: unknown) => {
      throw new TransientFailure(`no answer from ${url}; is \`penstock run\` running?`, { reason: 'api-away', cause });
    });
    const { status } = response;
    const answer = await response.body().then(objectIn, () => undefined);
    if (status >= 200 && status < 300) {
      if (answer !== undefined) return answer;
      throw new TransientFailure(`the answer of ${url} broke off or is no JSON object`, { reason: 'api-unreadable' });
    }
    const message = String(answer?.['detail'] ?? `the API answered ${status}`);
    const reason = String(answer?.['reason'] ?? 'refused');
    throw status >= 500 ? new TransientFailure(message, { reason }) : new PermanentFailure(message, { reason });
  }
}

function objectIn(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
